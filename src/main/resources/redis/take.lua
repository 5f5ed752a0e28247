-- Moves parked jobs that are due to the admitted stream, then reads the streams in turns. When there
-- is no memory for that, parked jobs stay where they are until what is read has made room.
--
-- KEYS[1]  the admitted stream; KEYS[2..4] the high, normal and low stream; KEYS[5] the parked set
-- ARGV[1]  the consumer group; ARGV[2] the consumer
-- ARGV[3]  jobs wanted in all: it ends with the entry that reaches it
-- ARGV[4..6] how many of them the high, normal and low stream have a turn for
-- returns  milliseconds until the next parked job can be moved, -1 when none is parked, then for every
--          entry: the number of its stream (0 for the admitted one), its id, its value
local TOGETHER = 32
local RETRY = 100
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stuck = false
local due = redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', now, 'LIMIT', 0, 500)
for i = 1, #due, TOGETHER do
  local last = math.min(#due, i + TOGETHER - 1)
  local added = redis.pcall('XADD', KEYS[1], '*', 'j', table.concat(due, '\n', i, last))
  if type(added) == 'table' then
    stuck = true
    break
  end
  redis.call('ZREM', KEYS[5], unpack(due, i, last))
end
local upcoming = redis.call('ZRANGE', KEYS[5], 0, 0, 'WITHSCORES')
local answer = { upcoming[2] and math.max(stuck and RETRY or 0, upcoming[2] - now) or -1 }
local left = tonumber(ARGV[3])

local function jobs(value)
  local _, ends = string.gsub(value, '\n', '')
  return ends + 1
end

-- Reads on until there are as many jobs or no more entries; whether there may be more.
local function read(stream, wanted)
  local together = TOGETHER
  while wanted > 0 do
    local count = math.ceil(wanted / together)
    local found = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2],
      'COUNT', count, 'STREAMS', KEYS[stream + 1], '>')
    local list = found and found[1][2] or {}
    local got = 0
    for i = 1, #list do
      local value = list[i][2][2]
      answer[#answer + 1] = stream
      answer[#answer + 1] = list[i][1]
      answer[#answer + 1] = value
      got = got + jobs(value)
    end
    left = left - got
    wanted = wanted - got
    if #list < count then
      return false
    end
    together = got / #list
  end
  return true
end

read(0, left)
local more = {}
for stream = 1, 3 do
  more[stream] = read(stream, math.min(left, tonumber(ARGV[stream + 3])))
end
for stream = 1, 3 do
  if more[stream] then
    read(stream, left)
  end
end
return answer
