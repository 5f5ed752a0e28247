-- Adds jobs to one stream, several to an entry.
--
-- KEYS[1]  the stream
-- KEYS[2]  the flow hash: fields window:PRIORITY, backlog:PRIORITY, added:N and done:N
-- ARGV[1]  the priority's label; ARGV[2] the number of its stream
-- ARGV[3]  the window to assume when nobody has set one
-- ARGV[4]  how many jobs these are
-- ARGV[5..] one value per entry: the values of its jobs as Entry writes them, a line each
-- returns  1 if new jobs of this priority should wait in the backlog from now on, else 0
for i = 5, #ARGV do
  redis.call('XADD', KEYS[1], '*', 'j', ARGV[i])
end
local added = redis.call('HINCRBY', KEYS[2], 'added:' .. ARGV[2], ARGV[4])
local flow = redis.call('HMGET', KEYS[2], 'window:' .. ARGV[1], 'backlog:' .. ARGV[1],
  'done:' .. ARGV[2])
if flow[2] == '1' then
  return 1
end
if added - tonumber(flow[3] or 0) > tonumber(flow[1] or ARGV[3]) then
  redis.call('HSET', KEYS[2], 'backlog:' .. ARGV[1], '1')
  return 1
end
return 0
