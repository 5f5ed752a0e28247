-- Takes tokens for requests, as many as there are of those that are wanted.
--
-- KEYS[1]  the bucket: what it holds, and when that was counted; one that is missing is full
-- ARGV[1]  millionths of a token that come in a second; ARGV[2] the most millionths it holds
-- ARGV[3]  tokens wanted
-- returns  tokens taken, whole tokens left, milliseconds until another one is there
local TOKEN = 1000000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local rate, capacity, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = capacity
if known[1] then
  local elapsed = math.max(0, now - tonumber(known[2]))
  tokens = math.min(capacity, tonumber(known[1]) + math.floor(elapsed * rate / 1000))
end
local taken = math.min(wanted, math.floor(tokens / TOKEN))
tokens = tokens - taken * TOKEN
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
-- what is full again need not be remembered
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) * 1000 / rate) + 1000)
return {taken, math.floor(tokens / TOKEN), math.max(0, math.ceil((TOKEN - tokens) * 1000 / rate))}
