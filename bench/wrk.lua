-- Give wrk the prepared requests of a file one after the other, and say the outcome as a line of JSON.
local prepared, at = {}, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  while true do
    local length = file:read(8)
    if not length then break end
    prepared[#prepared + 1] = file:read(tonumber(length))
  end
  file:close()
  -- Looking through all these for what is garbage takes a tenth of a second, in which nobody is sent anything.
  collectgarbage("collect")
  collectgarbage("stop")
end

function request()
  at = at % #prepared + 1
  return prepared[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "p50": %.4f, "p99": %.4f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
