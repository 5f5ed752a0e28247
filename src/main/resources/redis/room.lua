-- For how many more jobs there is room soon, per limit.
--
-- KEYS[1]  when this server's data began; KEYS[2..] per limit: a bucket, or a sorted set and a list
-- ARGV[1]  the number of limits; then per limit 'tokens', millionths of a token a second, capacity; or
--          'slots', how many slots, the most entries in its list
-- returns  per limit: how many jobs that cost one token each
local TOKEN = 1000000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local began = tonumber(redis.call('GET', KEYS[1]) or now)
local at, key, answer = 2, 2, {}
for i = 1, tonumber(ARGV[1]) do
  if ARGV[at] == 'tokens' then
    local rate, capacity = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    local known = redis.call('HMGET', KEYS[key], 'tokens', 'at')
    local tokens, since = tonumber(known[1] or 0), tonumber(known[2] or began)
    tokens = math.min(capacity, tokens + math.max(0, now - since) * rate / 1000)
    answer[i] = rate == 0 and 0 or math.max(0, math.floor((tokens + math.max(TOKEN, rate)) / TOKEN))
    at = at + 3
    key = key + 1
  else
    local slots, most = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    local waiting = redis.call('LLEN', KEYS[key + 1])
    local free = waiting == 0 and math.max(0, slots - redis.call('ZCARD', KEYS[key])) or 0
    answer[i] = slots == 0 and 0 or free + math.max(0, most - waiting)
    at = at + 3
    key = key + 2
  end
end
return answer
