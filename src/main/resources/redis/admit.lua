-- Token buckets with reservation: decides for every entry of a batch when it may start.
-- The arithmetic is that of TokenBucket.java; a property test holds the two together.
--
-- A bucket is a hash {tokens, at}: millionths of a token, below zero when reserved ahead, and the
-- millisecond they were counted at. A bucket that is missing starts empty. One with a rate of 0 is
-- stopped: it refuses everything, and is asked again after a second.
--
-- KEYS[1]  the parked set; KEYS[2] the held hash
-- KEYS[3..] a bucket per tenant
-- ARGV[1]  the number of tenants; then per tenant: id, millionths of a token a second, capacity in
--          millionths, deepest debt in millionths, the number of its entries, their values
-- returns  for every entry in order: 0 when it may start now, the milliseconds that it waits in
--          the parked set, or -1 when it must go back to the backlog
local TOKEN = 1000000
local STOPPED_FOR = 1000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local answer = {}
local at = 2

local function refilled(tokens, since, rate, capacity)
  if rate == 0 then
    return tokens
  end
  local elapsed = math.max(0, now - since)
  local full = math.ceil((capacity - tokens) * 1000 / rate)
  if elapsed >= full then
    return capacity
  end
  return tokens + math.floor(elapsed * rate / 1000)
end

for tenant = 1, tonumber(ARGV[1]) do
  local id, rate, capacity = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local debt, entries = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
  local key = KEYS[tenant + 2]
  local bucket = redis.call('HMGET', key, 'tokens', 'at')
  local tokens = 0
  if bucket[1] then
    tokens = math.min(capacity, refilled(tonumber(bucket[1]), tonumber(bucket[2]), rate, capacity))
  end
  local refused = false
  for i = 1, entries do
    local left = tokens - TOKEN
    if rate == 0 then
      refused = true
      answer[#answer + 1] = -1
    elseif left >= 0 then
      tokens = left
      answer[#answer + 1] = 0
    elseif -left <= debt then
      tokens = left
      local wait = math.ceil(-left * 1000 / rate)
      redis.call('ZADD', KEYS[1], now + wait, ARGV[at + 4 + i])
      answer[#answer + 1] = wait
    else
      refused = true
      answer[#answer + 1] = -1
    end
  end
  redis.call('HSET', key, 'tokens', string.format('%.0f', tokens), 'at', string.format('%.0f', now))
  if refused then
    local alone = rate == 0 and STOPPED_FOR or math.ceil(-tokens * 500 / rate)
    redis.call('HSET', KEYS[2], id, string.format('%.0f', now + alone))
  end
  at = at + 5 + entries
end
return answer
