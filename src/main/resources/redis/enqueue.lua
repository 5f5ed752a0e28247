-- Adds jobs to one stream, several to an entry.
--
-- KEYS[1]  the stream
-- KEYS[2]  the flow hash: fields window:PRIORITY, backlog:PRIORITY, added:N and done:N
-- ARGV[1]  the priority's label; ARGV[2] the number of its stream
-- ARGV[3]  the window to assume when nobody has set one
-- ARGV[4]  how many jobs these are
-- ARGV[5..] one value per entry: the values of its jobs as Entry writes them, a line each
-- returns  for how many more jobs there is room, less than 0 if new ones are to wait in the backlog
for i = 5, #ARGV do
  redis.call('XADD', KEYS[1], '*', 'j', ARGV[i])
end
local added = redis.call('HINCRBY', KEYS[2], 'added:' .. ARGV[2], ARGV[4])
local flow = redis.call('HMGET', KEYS[2], 'window:' .. ARGV[1], 'backlog:' .. ARGV[1],
  'done:' .. ARGV[2])
if flow[2] == '1' then
  return -1
end
local room = tonumber(flow[1] or ARGV[3]) - (added - tonumber(flow[3] or 0))
if room < 0 then
  redis.call('HSET', KEYS[2], 'backlog:' .. ARGV[1], '1')
end
return room
