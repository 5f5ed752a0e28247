-- Adds jobs to one stream.
--
-- KEYS[1]  the stream
-- KEYS[2]  the flow hash: fields window:PRIORITY and backlog:PRIORITY
-- ARGV[1]  the priority's label
-- ARGV[2]  the window to assume when nobody has set one
-- ARGV[3..] one value per job, as Entry writes it
-- returns  1 if new jobs of this priority should wait in the backlog from now on, else 0
local length = 0
for i = 3, #ARGV do
  redis.call('XADD', KEYS[1], '*', 'j', ARGV[i])
end
length = redis.call('XLEN', KEYS[1])
local flow = redis.call('HMGET', KEYS[2], 'window:' .. ARGV[1], 'backlog:' .. ARGV[1])
if flow[2] == '1' then
  return 1
end
if length > tonumber(flow[1] or ARGV[2]) then
  redis.call('HSET', KEYS[2], 'backlog:' .. ARGV[1], '1')
  return 1
end
return 0
