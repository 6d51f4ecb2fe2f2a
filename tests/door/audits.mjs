// Runs the public audits against the address given, as somebody who is signed in: introspection is theirs only. Prints one JSON object.
import { auditServer } from "graphql-http";

const [url, authorization] = process.argv.slice(2);
const fetchFn = (address, options = {}) => fetch(address, { ...options, headers: { ...options.headers, authorization } });
const results = await auditServer({ url, fetchFn });
const failed = results.filter((result) => result.status !== "ok");
console.log(JSON.stringify({ ok: results.length - failed.length, failed: failed.map((result) => [result.id, result.name, result.reason]) }));
