-- For wrk: sends the requests of a file in turn, each a line of JSON with headers and body, and says what it saw as JSON.
-- wrk brings no reader of JSON; these lines hold strings only, so a short one does.

local ready, turn = {}, 0

local function unescaped(text)
  return (text:gsub("\\(.)", { n = "\n", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }))
end

local function strings(line)
  local found, at = {}, 1
  while true do
    local from = line:find('"', at, true)
    if not from then return found end
    local to = from + 1
    while line:sub(to, to) ~= '"' do
      if line:sub(to, to) == "\\" then to = to + 1 end
      to = to + 1
    end
    found[#found + 1] = unescaped(line:sub(from + 1, to - 1))
    at = to + 1
  end
end

function init(args)
  for line in io.lines(args[1]) do
    local parts, headers = strings(line), {}
    -- "headers", name, value, name, value, ..., "body", text
    for i = 2, #parts - 3, 2 do headers[parts[i]] = parts[i + 1] end
    ready[#ready + 1] = wrk.format("POST", nil, headers, parts[#parts])
  end
end

function request()
  turn = turn % #ready + 1
  return ready[turn]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"answers": %d, "bytes": %d, "duration": %d, "p50": %d, "p99": %d, ' ..
    '"errors": {"connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d}}\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect, e.read, e.write, e.status, e.timeout))
end
