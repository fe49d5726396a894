// The measure beside ours: PouchDB in memory, replicated to pouchdb-server. `node link_pouch.cjs MODULES URL`, a JSON
// list of documents on standard input; says {"seconds", "written"}.
const path = require("path");
const [modules, address] = process.argv.slice(2);
const PouchDB = require(path.join(modules, "pouchdb"));
PouchDB.plugin(require(path.join(modules, "pouchdb-adapter-memory")));
let text = "";
process.stdin.setEncoding("utf8").on("data", (piece) => { text += piece; }).on("end", async () => {
  const near = new PouchDB("near", { adapter: "memory" });
  await near.bulkDocs(JSON.parse(text));
  const began = process.hrtime.bigint();
  const done = await near.replicate.to(new PouchDB(address), { batch_size: 25 });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  process.stdout.write(JSON.stringify({ seconds, written: done.docs_written }) + "\n");
});
