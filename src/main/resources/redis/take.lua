-- Moves parked entries that are due to the admitted stream, then reads the streams in turns.
--
-- KEYS[1]  the admitted stream; KEYS[2..4] the high, normal and low stream; KEYS[5] the parked set
-- ARGV[1]  the consumer group; ARGV[2] the consumer
-- ARGV[3]  most entries in all
-- ARGV[4..6] how many of them the high, normal and low stream have a turn for
-- returns  milliseconds until the next parked entry is due, -1 when none is parked, then for every
--          entry: the number of its stream (0 for the admitted one), its id, its value
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', now, 'LIMIT', 0, 500)
for i = 1, #due do
  redis.call('XADD', KEYS[1], '*', 'j', due[i])
  redis.call('ZREM', KEYS[5], due[i])
end
local upcoming = redis.call('ZRANGE', KEYS[5], 0, 0, 'WITHSCORES')
local answer = { upcoming[2] and math.max(0, upcoming[2] - now) or -1 }
local left = tonumber(ARGV[3])

local function read(stream, count)
  if count <= 0 then
    return 0
  end
  local found = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2],
    'COUNT', count, 'STREAMS', KEYS[stream + 1], '>')
  if not found then
    return 0
  end
  local entries = found[1][2]
  for i = 1, #entries do
    answer[#answer + 1] = stream
    answer[#answer + 1] = entries[i][1]
    answer[#answer + 1] = entries[i][2][2]
  end
  left = left - #entries
  return #entries
end

read(0, left)
local more = {}
for stream = 1, 3 do
  local turn = math.min(left, tonumber(ARGV[stream + 3]))
  more[stream] = read(stream, turn) == turn
end
for stream = 1, 3 do
  if more[stream] then
    read(stream, left)
  end
end
return answer
