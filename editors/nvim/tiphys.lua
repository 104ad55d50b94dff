-- Findings of `tiphys lint` as diagnostics of Neovim 0.10 or newer, while you type.
-- Put it into lua/tiphys.lua of your configuration and call require("tiphys").setup().
local M = {}

local namespace = vim.api.nvim_create_namespace("tiphys")
local severities = {
  error = vim.diagnostic.severity.ERROR,
  warning = vim.diagnostic.severity.WARN,
  info = vim.diagnostic.severity.INFO,
}

-- The buffer's text comes by standard input; its project is read from disk.
function M.command(path)
  return { "tiphys", "lint", "-", "--stdin-filename", path, "--format", "json", "--columns", "utf16" }
end

-- Columns of the report count UTF-16 code units from 1, those of Neovim bytes from 0.
local function byte_column(buffer, position)
  local line = vim.api.nvim_buf_get_lines(buffer, position.line - 1, position.line, false)[1] or ""
  local ok, column = pcall(vim.str_byteindex, line, "utf-16", position.column - 1, false)
  return ok and column or #line
end

local function diagnostic_of(buffer, finding)
  local range = finding.range
  local message = finding.message
  if finding.help ~= "" then message = message .. "\n" .. finding.help end
  return {
    lnum = range.start.line - 1,
    col = byte_column(buffer, range.start),
    end_lnum = range["end"].line - 1,
    end_col = byte_column(buffer, range["end"]),
    severity = severities[finding.severity],
    message = message,
    code = finding.rule,
    source = "tiphys",
  }
end

function M.lint(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == "" then return end
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n") .. "\n"
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  vim.system(M.command(path), { stdin = text, text = true }, vim.schedule_wrap(function(result)
    if not vim.api.nvim_buf_is_valid(buffer) then return end
    if vim.api.nvim_buf_get_changedtick(buffer) ~= tick then return end
    local found = {}
    if result.code < 2 then
      for _, finding in ipairs(vim.json.decode(result.stdout).diagnostics) do
        if type(finding.range) == "table" then
          table.insert(found, diagnostic_of(buffer, finding))
        end
      end
    end
    vim.diagnostic.set(namespace, buffer, found)
  end))
end

function M.setup()
  vim.api.nvim_create_autocmd({ "BufReadPost", "TextChanged", "InsertLeave" }, {
    pattern = { "*.yaml", "*.yml" },
    callback = function(event) M.lint(event.buf) end,
  })
end

return M
