-- What reference pages share: tables, links to headings, lists in words.
local terminal <const> = require "terminal"

local M = {}

--- A text as a table's cell: on one line, its bars escaped.
---@param text string
---@return string
function M.cell(text)
  return (text:gsub("%s*\n%s*", " "):gsub("|", "\\|"))
end

--- A table, as lines.
---@param headings string[]
---@param rows string[][]
---@return string
function M.table(headings, rows)
  local lines <const> = { "| " .. table.concat(headings, " | ") .. " |", ("|---"):rep(#headings) .. "|" }
  for _, row in ipairs(rows) do
    local cells <const> = {}
    for index, cell in ipairs(row) do
      cells[index] = M.cell(cell)
    end
    lines[#lines + 1] = "| " .. table.concat(cells, " | ") .. " |"
  end
  return table.concat(lines, "\n")
end

--- The anchor that GitHub and GitLab give a heading.
---@param heading string
---@return string
function M.anchor(heading)
  return (heading:lower():gsub("[^%w%s_\128-\255-]", ""):gsub("%s", "-"))
end

--- A link to a heading of the same page.
---@param heading string
---@param shown string? what is shown instead of the heading
---@return string
function M.link(heading, shown)
  return ("[%s](#%s)"):format(shown or heading, M.anchor(heading))
end

--- A text as code.
---@param text any
---@return string
function M.code(text)
  return ("`%s`"):format(tostring(text))
end

--- Words as code: "`a`, `b`".
---@param words any[]
---@return string
function M.codes(words)
  local parts <const> = {}
  for index, word in ipairs(words) do
    parts[index] = M.code(word)
  end
  return table.concat(parts, ", ")
end

-- Names keep their small letters at the beginning of a sentence.
local NAMES <const> = { dbt = true, floe = true }

--- A sentence: a capital in front, a full stop behind, where they are missing.
---@param text string
---@return string
function M.sentence(text)
  local word <const> = text:match("^(%l+)[%s,:;'-]") or text:match("^(%l+)$")
  local first <const> = word and not NAMES[word] and word:sub(1, 1):upper() .. text:sub(2) or text
  return (first:find("[.!?]%)?$") or first:find("…$")) and first or first .. "."
end

--- A text that shows as it is where it is no Markdown: `<` begins no HTML.
---@param text string
---@return string
function M.plain(text)
  return (text:gsub("[<>*]", "\\%0"))
end

--- A page from its parts: paragraphs, headings, tables. Each stands apart from the next by an empty line. Bytes that
--- would act on a terminal are gone.
---@param parts string[]
---@return string
function M.page(parts)
  local text <const> = table.concat(terminal.lines(table.concat(parts, "\n\n")), "\n")
  return text:gsub("[ \t]+\n", "\n"):gsub("\n\n\n+", "\n\n"):gsub("\n*$", "") .. "\n"
end

return M
