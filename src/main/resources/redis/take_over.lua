-- Takes over entries that were read long ago and not acknowledged. What is pending and not on the
-- stream any more is acknowledged: Redis before 7 would keep it in the list for ever.
--
-- KEYS[1]  the stream; KEYS[2] the parts hash: what was acknowledged of an entry counts anew
-- ARGV[1]  the consumer group; ARGV[2] who takes them over; ARGV[3] milliseconds they were left
-- ARGV[4]  where in the list of pending entries to begin; ARGV[5] most entries
-- ARGV[6]  the number of the stream
-- returns  where to begin the next time, then for every entry: its id, its value
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], ARGV[4], '+', ARGV[5])
if #pending == 0 then
  return { '-' }
end
local claim = { 'XCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3] }
for i = 1, #pending do
  claim[#claim + 1] = pending[i][1]
end
local answer = { #pending < tonumber(ARGV[5]) and '-' or '(' .. pending[#pending][1] }
local there = {}
local claimed = redis.call(unpack(claim))
for i = 1, #claimed do
  local entry = claimed[i]
  if entry and entry[2] then
    there[entry[1]] = true
    redis.call('HDEL', KEYS[2], ARGV[6] .. ':' .. entry[1])
    answer[#answer + 1] = entry[1]
    answer[#answer + 1] = entry[2][2]
  end
end
for i = 1, #pending do
  if not there[pending[i][1]] then
    redis.call('XACK', KEYS[1], ARGV[1], pending[i][1])
  end
end
return answer
