// Speaks to the server with Microsoft's client side of the protocol. Arguments: a document, the command of the server as JSON.
// Breaks the type of an offer behind letters outside the BMP, and prints what its diagnostics span, by code.
const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { pathToFileURL } = require("node:url");
const protocol = require("vscode-languageserver-protocol/node");
const { TextDocument } = require("vscode-languageserver-textdocument");

async function main(path, [command, ...options]) {
  const server = spawn(command, options, { stdio: ["pipe", "pipe", "inherit"] });
  const reader = new protocol.StreamMessageReader(server.stdout);
  const connection = protocol.createProtocolConnection(reader, new protocol.StreamMessageWriter(server.stdin));
  const uri = pathToFileURL(path).href;
  let document = TextDocument.create(uri, "yaml", 1, readFileSync(path, "utf8"));
  let told;
  const answered = new Promise((resolve) => {
    connection.onNotification(protocol.PublishDiagnosticsNotification.type, (found) => {
      if (found.uri === uri && found.version === document.version) resolve((told = found.diagnostics));
    });
  });
  connection.listen();
  const { capabilities } = await connection.sendRequest(protocol.InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: { general: { positionEncodings: ["utf-8", "utf-16"] } },
  });
  await connection.sendNotification(protocol.InitializedNotification.type, {});
  const textDocument = { uri, languageId: "yaml", version: 1, text: document.getText() };
  await connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, { textDocument });
  const at = (word) => document.positionAt(document.getText().indexOf(word));
  const contentChanges = [];
  for (const [word, text] of [["name: Contoso Desk", "# 😀😀\r\nname: "], ["type: saas", 'type: "😀" # ']]) {
    const start = at(word);
    const change = { range: { start, end: { ...start, character: start.character + 6 } }, text };
    contentChanges.push(change);
    document = TextDocument.update(document, [change], 2);
  }
  const version = document.version;
  await connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version },
    contentChanges,
  });
  await answered;
  const spans = told.map((one) => [one.code, one.range.start.line, document.getText(one.range)]);
  console.log(JSON.stringify({ encoding: capabilities.positionEncoding, text: document.getText(), spans }));
  await connection.sendRequest(protocol.ShutdownRequest.type);
  await connection.sendNotification(protocol.ExitNotification.type);
}

main(process.argv[2], JSON.parse(process.argv[3]));
