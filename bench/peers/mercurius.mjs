// Mercurius on Fastify with `pg`, as a careful user writes it: JIT on, batched loaders without a cache, LATERAL for the first few of each
// parent, prepared statements, text as PostgreSQL writes it. Production mode, no logs.
//
// BENCH_GUARDS=1 adds what ours does for every request: the token is hashed and looked up, the reach is read, and row-level security is
// set for a transaction that the whole request runs in. Without it a tenant is filtered for and nothing is checked.
import { createHash } from "node:crypto";
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const { BENCH_URL, BENCH_GUARDS, BENCH_POOL, PORT } = process.env;
const DATE = 1082;
pg.types.setTypeParser(DATE, (text) => text);
const pool = new pg.Pool({ connectionString: BENCH_URL, max: Number(BENCH_POOL), options: "-c search_path=bailiwick" });

const schema = `
  type Money { amount: String! }
  type Party { legalName: String! }
  type Account { holder: Party! }
  type Asset { id: ID! designation: String! category: String! serialNumber: String purchasePrice: Money deliveredOn: String }
  type Document { id: ID! kind: String! number: String title: String! documentOn: String! }
  type Installment { number: Int! dueOn: String! state: String! amountInclVat: Money! outstanding: Money! }
  type AssetConnection { nodes: [Asset!]! }
  type DocumentConnection { nodes: [Document!]! }
  type InstallmentConnection { nodes: [Installment!]! }
  type Contract {
    id: ID! number: String! kind: String! state: String! startsOn: String! endsOn: String currency: String! financedAmount: Money
    nominalRatePercent: String durationMonths: Int account: Account!
    assets(first: Int!): AssetConnection! documents(first: Int!): DocumentConnection! installments(first: Int!): InstallmentConnection!
  }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type ContractConnection { nodes: [Contract!]! pageInfo: PageInfo! }
  type Query { contracts(first: Int!): ContractConnection! contract(id: ID!): Contract }
`;
const COLUMNS = `id, account_id, number, kind, state, starts_on as "startsOn", ends_on as "endsOn", currency, financed_amount,
  nominal_rate_percent as "nominalRatePercent", duration_months as "durationMonths"`;
const ofEach = (columns, table, order) =>
  `select k.at::int, r.* from unnest($2::uuid[]) with ordinality k(id, at) cross join lateral
   (select ${columns} from ${table} where tenant_id = $1 and contract_id = k.id order by ${order} limit $3) r`;
const SQL = {
  contracts: `select ${COLUMNS} from contract where tenant_id = $1 order by starts_on desc, id desc limit $2`,
  contract: `select ${COLUMNS} from contract where tenant_id = $1 and id = $2`,
  holders: `select a.id, p.legal_name as "legalName" from account a join party p on p.tenant_id = a.tenant_id and p.id = a.holder_id
    where a.tenant_id = $1 and a.id = any($2::uuid[])`,
  assets: ofEach(
    `id, designation, category, serial_number as "serialNumber", purchase_amount, delivered_on as "deliveredOn"`, "asset", "designation, id"),
  documents: ofEach(`id, kind, number, title, document_on as "documentOn"`, "document", "document_on desc, id desc"),
  installments: ofEach(`number, due_on as "dueOn", state, incl_vat_amount, outstanding_amount`, "installment", "due_on desc, id desc"),
};
const money = (column) => (row) => (row[column] === null ? null : { amount: row[column] });
const run = async (context, name, ...values) => (await context.db.query({ name, text: SQL[name], values })).rows;

const resolvers = {
  Query: {
    async contracts(_, { first }, context) {
      const rows = await run(context, "contracts", context.tenant, first + 1);
      const nodes = rows.slice(0, first);
      const last = nodes.at(-1);
      const endCursor = last ? Buffer.from(JSON.stringify([last.startsOn, last.id])).toString("base64") : null;
      return { nodes, pageInfo: { hasNextPage: rows.length > first, endCursor } };
    },
    contract: async (_, { id }, context) => (await run(context, "contract", context.tenant, id))[0] ?? null,
  },
  Contract: { financedAmount: money("financed_amount") },
  Asset: { purchasePrice: money("purchase_amount") },
  Installment: { amountInclVat: money("incl_vat_amount"), outstanding: money("outstanding_amount") },
};
const listOf = (name) => ({
  async loader(queries, context) {
    const found = queries.map(() => ({ nodes: [] }));
    const keys = queries.map(({ obj }) => obj.id);
    for (const row of await run(context, name, context.tenant, keys, queries[0].params.first)) found[row.at - 1].nodes.push(row);
    return found;
  },
  opts: { cache: false },
});
const loaders = {
  Contract: {
    account: {
      async loader(queries, context) {
        const keys = [...new Set(queries.map(({ obj }) => obj.account_id))];
        const rows = await run(context, "holders", context.tenant, keys);
        const holders = new Map(rows.map((row) => [row.id, { holder: row }]));
        return queries.map(({ obj }) => holders.get(obj.account_id));
      },
      opts: { cache: false },
    },
    assets: listOf("assets"),
    documents: listOf("documents"),
    installments: listOf("installments"),
  },
};

const OPEN = {
  name: "open_scope",
  text: `select o.tenant_id, set_config('bailiwick.tenant', o.tenant_id::text, true), set_config('bailiwick.realm', o.realm, true),
      set_config('bailiwick.user', o.user_id::text, true), set_config('bailiwick.accounts', o.accounts::text, true),
      set_config('bailiwick.parties', o.parties::text, true), set_config('bailiwick.own_parties', o.own_parties::text, true)
    from open_scope($1, $2, now()) o`,
};
async function guarded(request) {
  const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
  const hash = createHash("sha256").update(token).digest();
  const db = await pool.connect();
  try {
    await db.query("begin read only");
    const { rows } = await db.query({ ...OPEN, values: [token.split(".", 1)[0], hash] });
    if (rows.length === 0) throw new Error("unauthenticated");
    return { db, tenant: rows[0].tenant_id };
  } catch (error) {
    await db.query("rollback").finally(() => db.release());
    throw error;
  }
}
const bare = (request) => ({ db: pool, tenant: request.headers["x-tenant"] });

const app = Fastify({ logger: false });
app.register(mercurius, { schema, resolvers, loaders, jit: 1, context: BENCH_GUARDS ? guarded : bare, graphiql: false });
if (BENCH_GUARDS) {
  await app.ready();
  // Also when the client has gone meanwhile: nothing of the request runs any more.
  app.graphql.addHook("onResolution", async (_, { db }) => {
    await db.query("commit").finally(() => db.release());
  });
}
await app.listen({ host: "127.0.0.1", port: Number(PORT) });
process.on("SIGTERM", () => process.exit(0));
