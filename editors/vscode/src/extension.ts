/** Starts `csp-config lsp`, shows what a change is compared with, the manual of a rule and the page of the plan. */

import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

interface Status {
  project: string;
  base: string | null;
  errors: number;
  warnings: number;
  infos: number;
}

const MANUAL = "csp-config-manual";
let client: LanguageClient | undefined;

/** The executable of the user's own settings; a workspace has no say in it. */
function executable(): string {
  return vscode.workspace.getConfiguration("csp-config").get("path", "csp-config");
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const command = executable();
  const settings = vscode.workspace.getConfiguration("csp-config");
  client = new LanguageClient(
    "csp-config",
    "csp-config",
    { command, args: ["lsp", "--stdio"] },
    {
      documentSelector: [{ scheme: "file", language: "yaml" }],
      initializationOptions: {
        schemaFindings: settings.get("schemaFindings", true),
        manual: settings.get("manual", ""),
      },
      synchronize: {
        configurationSection: "csp-config",
        fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{yaml,yml}"),
      },
    },
  );
  const status = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Left);
  status.command = "csp-config.showPlan";
  context.subscriptions.push(
    status,
    client.onNotification("csp-config/status", (now: Status) => show(status, now)),
    vscode.commands.registerCommand("csp-config.explainRule", explainRule),
    vscode.commands.registerCommand("csp-config.showPlan", showPlan),
    vscode.workspace.registerTextDocumentContentProvider(MANUAL, {
      provideTextDocumentContent: manual,
    }),
  );
  try {
    await client.start();
  } catch {
    const advice = "install it with: pip install 'csp-config[lsp]', or set csp-config.path in the user settings";
    void vscode.window.showErrorMessage(`${command} lsp could not be started; ${advice}`);
  }
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

function show(item: vscode.StatusBarItem, now: Status): void {
  const icon = now.errors > 0 ? "$(error)" : now.warnings > 0 ? "$(warning)" : "$(check)";
  item.text = `${icon} csp-config: ${now.errors} errors, ${now.warnings} warnings`;
  item.tooltip = `${now.project}: compared with ${now.base ?? "nothing"}`;
  item.show();
}

/** The manual of the rule under the cursor, or of one that is asked for. */
async function explainRule(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const here = editor
    ? vscode.languages
        .getDiagnostics(editor.document.uri)
        .filter((one) => one.source === "csp-config" && one.range.intersection(editor.selection))
    : [];
  const code = here[0]?.code ?? (await vscode.window.showInputBox({ prompt: "Which rule? (CSP304)" }));
  if (code !== undefined) {
    await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.parse(`${MANUAL}:${String(code)}.md`));
  }
}

async function manual(uri: vscode.Uri): Promise<string> {
  const code = uri.path.replace(/\.md$/, "");
  const text: string | null = await vscode.commands.executeCommand("csp-config.explain", code);
  return text ?? `There is no rule ${code}.`;
}

/** The page of the plan, as it stands on disk, in the browser. */
async function showPlan(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const folder = editor
    ? vscode.workspace.getWorkspaceFolder(editor.document.uri)
    : vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    return;
  }
  const page = join(await mkdtemp(join(tmpdir(), "csp-config-")), "plan.html");
  try {
    await promisify(execFile)(executable(), ["plan", "--format", "html", "--output", page], {
      cwd: folder.uri.fsPath,
    });
  } catch (error) {
    const failed = error as { code?: unknown; stderr?: string };
    if (failed.code !== 1) {
      void vscode.window.showErrorMessage(failed.stderr || "csp-config plan could not be run");
      return;
    }
  }
  await vscode.env.openExternal(vscode.Uri.file(page));
}
