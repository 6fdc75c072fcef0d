-- What wrk sends, and what it tells at the end, as one line of JSON.
-- BENCH_METHOD, BENCH_PATHS (with tabs between: taken in turn), BENCH_HEADERS (name, tab, value, new line),
-- BENCH_BODY: in it @@N@@ becomes a number that no other request has. BENCH_STATUS: the only right answer.
local expected = tonumber(os.getenv("BENCH_STATUS"))
local method = os.getenv("BENCH_METHOD") or "GET"
local mark = os.getenv("BENCH_MARK") or ""
local threads = {}
local paths, headers, parts = {}, {}, {}

for path in string.gmatch(os.getenv("BENCH_PATHS") or "/", "[^\t]+") do table.insert(paths, path) end
for name, value in string.gmatch(os.getenv("BENCH_HEADERS") or "", "([^\t\n]+)\t([^\n]*)") do headers[name] = value end

local body = os.getenv("BENCH_BODY") or ""
local from = 1
while true do
  local first, last = string.find(body, "@@N@@", from, true)
  if not first then break end
  table.insert(parts, string.sub(body, from, first - 1))
  from = last + 1
end
table.insert(parts, string.sub(body, from))

wrong, wrong_status, sent = 0, 0, 0

function setup(thread) table.insert(threads, thread) end

local prepared = {}
function init(args)
  if #parts == 1 then
    local content = body ~= "" and body or nil
    for index, path in ipairs(paths) do prepared[index] = wrk.format(method, path, headers, content) end
  end
end

function request()
  sent = sent + 1
  local index = (sent - 1) % #paths + 1
  if prepared[index] then return prepared[index] end
  return wrk.format(method, paths[index], headers, table.concat(parts, mark .. sent))
end

-- Without it wrk counts every status of 400 and more by itself. Giving answers of 100 KB to Lua
-- would cost the client more than they cost the server; of those load.py checks the size.
if not os.getenv("BENCH_LARGE") then
  function response(status)
    if status ~= expected then
      wrong = wrong + 1
      wrong_status = status
    end
  end
end

function done(summary, latency)
  local wrongs, last = 0, 0
  for _, thread in ipairs(threads) do
    wrongs = wrongs + thread:get("wrong")
    if thread:get("wrong") > 0 then last = thread:get("wrong_status") end
  end
  local errors = summary.errors
  if wrongs == 0 and errors.status > 0 then wrongs, last = errors.status, 400 end
  io.write(string.format(
    'BENCH {"requests": %d, "microseconds": %d, "bytes": %d, "wrong": %d, "wrong_status": %d, ' ..
    '"broken": %d, "late": %d, "p50": %d, "p90": %d, "p99": %d, "most": %d}\n',
    summary.requests, summary.duration, summary.bytes, wrongs, last,
    errors.connect + errors.read + errors.write, errors.timeout,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
