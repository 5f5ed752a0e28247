-- Loads timers that are due soon. The set is bounded: what does not fit is found in Postgres later.
--
-- KEYS[1]  the timer set
-- ARGV[1]  most timers in the set; ARGV[2..] pairs of due time in milliseconds and job id
-- returns  how many fitted
local room = tonumber(ARGV[1]) - redis.call('ZCARD', KEYS[1])
local added = 0
for i = 2, #ARGV, 2 do
  if added >= room then
    break
  end
  added = added + 1
  redis.call('ZADD', KEYS[1], ARGV[i], ARGV[i + 1])
end
return added
