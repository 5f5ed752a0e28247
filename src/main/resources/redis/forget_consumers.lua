-- Removes consumers of nodes that are gone, once nothing is pending under their name: removing one
-- forgets what is.
--
-- KEYS     the streams
-- ARGV[1]  the consumer group; ARGV[2] milliseconds of silence that are asked for
-- ARGV[3..] names that stay
-- returns  how many were removed
local stays = {}
for i = 3, #ARGV do
  stays[ARGV[i]] = true
end
local removed = 0
for i = 1, #KEYS do
  local consumers = redis.call('XINFO', 'CONSUMERS', KEYS[i], ARGV[1])
  for c = 1, #consumers do
    local fields = {}
    for f = 1, #consumers[c], 2 do
      fields[consumers[c][f]] = consumers[c][f + 1]
    end
    if not stays[fields.name] and fields.pending == 0 and fields.idle >= tonumber(ARGV[2]) then
      redis.call('XGROUP', 'DELCONSUMER', KEYS[i], ARGV[1], fields.name)
      removed = removed + 1
    end
  end
end
return removed
