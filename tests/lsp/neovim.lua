-- Opens a document, takes a partner out, completes one by name, applies an action, saves; what it saw is written as JSON.
local path, server, out = os.getenv("DOCUMENT"), vim.fn.json_decode(os.getenv("SERVER")), os.getenv("OUT")
local tenant = os.getenv("TENANT")
local seen = {}

local function finish()
  vim.fn.writefile({ vim.fn.json_encode(seen) }, out)
  vim.cmd("qa!")
end

local function wait(what, condition)
  if not vim.wait(120000, condition, 50) then
    seen.stuck = what
    finish()
  end
end

local function codes()
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(nil)) do
    table.insert(found, one.code or (one.user_data and one.user_data.lsp.code))
  end
  return found
end

local function has(code)
  return vim.tbl_contains(codes(), code)
end

local function lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

vim.cmd("edit " .. vim.fn.fnameescape(path))
local id = vim.lsp.start_client({ name = "csp-config", cmd = server, root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(0, id)
wait("start", function() return vim.lsp.get_client_by_id(id).initialized end)

-- The partner goes: its entry is the lines from its dash to the next one.
local before = lines()
local first, last
for number, line in ipairs(before) do
  if line:match("^%s*%- ") and not last then
    if first and table.concat(before, "\n", first, number - 1):find(tenant, 1, true) then
      last = number - 1
    else
      first = number
    end
  end
end
last = last or #before
vim.api.nvim_buf_set_lines(0, first - 1, last, false, {})
wait("CSP304", function() return has("CSP304") end)
seen.removed = codes()

-- It is completed by name where it stood.
vim.api.nvim_buf_set_lines(0, first - 1, first - 1, false, { "  - " })
local params = {
  textDocument = vim.lsp.util.make_text_document_params(),
  position = { line = first - 1, character = 4 },
}
local answers = vim.lsp.buf_request_sync(0, "textDocument/completion", params, 60000)
for _, item in ipairs(answers[id].result) do
  if item.textEdit.newText:find(tenant, 1, true) then
    vim.lsp.util.apply_text_edits({ item.textEdit }, 0, "utf-16")
    seen.completed = item.label
  end
end
wait("complete", function() return not has("CSP304") end)

-- The canonical form is an action.
local range = { start = { line = 0, character = 0 }, ["end"] = { line = #lines(), character = 0 } }
params = { textDocument = params.textDocument, range = range, context = { diagnostics = {} } }
for number, line in ipairs(lines()) do
  if line:match("^name: ") then
    vim.api.nvim_buf_set_lines(0, number - 1, number, false, {})
    vim.api.nvim_buf_set_lines(0, -1, -1, false, { line })
  end
end
answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 60000)
for _, action in ipairs(answers[id].result) do
  if action.kind == "source.fixAll" then
    vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
    seen.formatted = action.title
  end
end
vim.cmd("write")
seen.saved = table.concat(vim.fn.readfile(path), "\n")
finish()
