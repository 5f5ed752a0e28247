-- What the feeder needs to know.
--
-- KEYS[1..3] the high, normal and low stream; KEYS[4] the flow hash; KEYS[5] the held hash
-- returns  three lengths in jobs, three counts of jobs done since Redis started, then for every
--          tenant that is to be left alone: its id and for how many milliseconds
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local answer = {}
local counts = redis.call('HMGET', KEYS[4], 'added:1', 'added:2', 'added:3',
  'done:1', 'done:2', 'done:3')
for i = 1, 3 do
  local added, done = tonumber(counts[i] or 0), tonumber(counts[i + 3] or 0)
  answer[i] = math.max(0, added - done)
  answer[i + 3] = done
  if answer[i] > 0 and redis.call('XLEN', KEYS[i]) == 0 then
    -- somebody has deleted entries by hand
    redis.call('HSET', KEYS[4], 'added:' .. i, done)
    answer[i] = 0
  end
end
local held = redis.call('HGETALL', KEYS[5])
for i = 1, #held, 2 do
  local wait = tonumber(held[i + 1]) - now
  if wait <= 0 then
    redis.call('HDEL', KEYS[5], held[i])
  else
    answer[#answer + 1] = held[i]
    answer[#answer + 1] = wait
  end
end
return answer
