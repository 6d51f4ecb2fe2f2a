// PostGraphile 5 as its users run it: the preset that ships, the tables as they are, production mode, no logs.
//
// BENCH_GUARDS=1 adds what ours does for every request: the token is hashed and looked up, the reach is read, and row-level security is
// set, by `pgSettings`, which makes a transaction of every request. Without it a tenant is filtered for and nothing is checked.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { grafserv } from "postgraphile/grafserv/node";
import pg from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const { BENCH_URL, BENCH_GUARDS, BENCH_POOL, PORT } = process.env;
const pool = new pg.Pool({ connectionString: BENCH_URL, max: Number(BENCH_POOL) });
const OPEN = {
  name: "open_scope",
  text: `select tenant_id, realm, user_id, accounts::text, parties::text, own_parties::text from bailiwick.open_scope($1, $2, now())`,
};

async function settings(request) {
  const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
  const hash = createHash("sha256").update(token).digest();
  const { rows } = await pool.query({ ...OPEN, values: [token.split(".", 1)[0], hash] });
  if (rows.length === 0) throw new Error("unauthenticated");
  const [scope] = rows;
  return {
    "bailiwick.tenant": scope.tenant_id,
    "bailiwick.realm": scope.realm,
    "bailiwick.user": scope.user_id,
    "bailiwick.accounts": scope.accounts,
    "bailiwick.parties": scope.parties,
    "bailiwick.own_parties": scope.own_parties,
  };
}

const preset = {
  extends: [PostGraphileAmberPreset],
  disablePlugins: ["PgIndexBehaviorsPlugin"], // our indexes serve these relations by a part of their key, which it does not see
  pgServices: [makePgService({ pool, schemas: ["bailiwick"] })],
  grafserv: { graphqlPath: "/graphql", graphiql: false, websockets: false, watch: false, maxRequestLength: 200_000 },
  grafast: {
    explain: false,
    ...(BENCH_GUARDS ? { context: async ({ node }) => ({ pgSettings: await settings(node.req) }) } : {}),
  },
};
const serv = postgraphile(preset).createServ(grafserv);
const server = createServer();
await serv.addTo(server);
if (process.env.BENCH_SDL) {
  const { printSchema } = await import("graphql");
  console.log(printSchema((await serv.getSchema?.()) ?? (await serv.getParams()).schema));
  process.exit(0);
}
server.listen(Number(PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
