-- Decides for every entry of a batch when it may start: it gets all that it needs, or nothing.
--
-- Token buckets with reservation. A bucket is a hash {tokens, at, late}: millionths of a token, below
-- zero when reserved ahead, the millisecond they were counted at, and millionths that were reserved,
-- are due, and have started nothing yet. One that is missing has filled since this server knows of
-- anything, beginning empty. The arithmetic is that of TokenBucket.java; a property test holds the two
-- together. A rate of 0 refuses everything.
--
-- Slots are a sorted set of the jobs that hold one, by the millisecond they got it. One that nobody has
-- counted since the server lost its data, or since there is the limit, gives nothing.
--
-- An entry that lacks a slot waits in that limit's list, behind those that came before. One that lacks
-- tokens reserves those that come last, and waits in the parked set until they are due; then it asks
-- again, and keeps what it has. It never waits while it holds a slot that others could use, unless it
-- was called for that slot. A letter behind its value tells what it holds.
--
-- KEYS[1]  the parked set; KEYS[2] the held hash; KEYS[3] the admitted stream; KEYS[4] when this server's
--          data began; KEYS[5] the hash of counted limits; KEYS[6] how many wait in each list
-- KEYS[7..] a hash per bucket, then a sorted set and a list per limit of slots
-- ARGV[1]  the number of buckets; ARGV[2] of limits of slots; ARGV[3] of groups of entries
-- ARGV[4..] per bucket: its letter, the tenant that is left alone when it refuses or '', millionths of a
--          token a second, capacity, deepest debt
--          per limit of slots: its letter, its name, the slots, the most entries in its list
--          per group: how many tokens in millionths, the number of its buckets, which, the number of its
--          slots, which, the number of its entries; per entry: its value, what it holds already
-- returns  for every entry in order: 0 when it may start now, 1 or more when it waits here, or below
--          zero when it must go: -n for the bucket n, behind them the limits of slots
local STOPPED_FOR = 1000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local began = redis.call('GET', KEYS[4])
if not began then
  began = now
  redis.call('SET', KEYS[4], string.format('%.0f', now))
end
local at = 3
local answer, buckets, slots = {}, {}, {}

local function argument()
  at = at + 1
  return ARGV[at]
end

local function number()
  return tonumber(argument())
end

local function fill(b)
  local most = b.capacity - b.late
  if b.rate > 0 then
    local elapsed = math.max(0, now - b.at)
    local full = math.ceil((most - b.tokens) * 1000 / b.rate)
    b.tokens = elapsed >= full and most or b.tokens + math.floor(elapsed * b.rate / 1000)
  end
  b.tokens = math.min(most, b.tokens)
end

for i = 1, tonumber(ARGV[1]) do
  local b = { key = KEYS[6 + i], letter = argument(), tenant = argument(), rate = number(),
    capacity = number(), debt = number() }
  local known = redis.call('HMGET', b.key, 'tokens', 'at', 'late')
  b.tokens, b.at, b.late = tonumber(known[1] or 0), tonumber(known[2] or began), tonumber(known[3] or 0)
  fill(b)
  buckets[i] = b
end

for i = 1, tonumber(ARGV[2]) do
  local s = { key = KEYS[5 + #buckets + 2 * i], list = KEYS[6 + #buckets + 2 * i], letter = argument(),
    name = argument(), most = number(), room = number() }
  s.used = redis.call('ZCARD', s.key)
  s.counted = redis.call('HEXISTS', KEYS[5], s.name) == 1
  s.waiting = redis.call('LLEN', s.list)
  slots[i] = s
end

local function holds(paid, letter)
  return string.find(paid, letter, 1, true) ~= nil
end

-- Whether a token that is paid was due before now: all but one whose turn has just come.
local function late(paid, letter)
  return holds(paid, letter) and string.sub(paid, -1) ~= letter
end

local function give_back(group, id, paid)
  for _, b in ipairs(group.buckets) do
    if holds(paid, b.letter) then
      if late(paid, b.letter) then
        b.late = b.late - group.cost
      end
      b.tokens = math.min(b.capacity - b.late, b.tokens + group.cost)
    end
  end
  for _, s in ipairs(group.slots) do
    if holds(paid, s.letter) and redis.call('ZREM', s.key, id) == 1 then
      s.used = s.used - 1
    end
  end
end

-- What was due now is used later.
local function linger(group, paid)
  for _, b in ipairs(group.buckets) do
    if string.sub(paid, -1) == b.letter then
      b.late = b.late + group.cost
    end
  end
end

local function with(value, paid)
  return paid == '' and value or value .. '\t' .. paid
end

local function queue(group, s, value, id, paid)
  if s.waiting >= s.room then
    give_back(group, id, paid)
    return -(#buckets + s.number)
  end
  linger(group, paid)
  redis.call('RPUSH', s.list, with(value, paid))
  redis.call('HINCRBY', KEYS[6], s.name, 1)
  s.waiting = s.waiting + 1
  return 1
end

local function reserve(group, b, wait, value, id, paid)
  if group.cost - b.tokens > b.debt then
    give_back(group, id, paid)
    return -b.number
  end
  linger(group, paid)
  b.tokens = b.tokens - group.cost
  redis.call('ZADD', KEYS[1], now + wait, value .. '\t' .. paid .. b.letter)
  return wait
end

local function begin(group, id, paid)
  for _, b in ipairs(group.buckets) do
    if late(paid, b.letter) then
      b.late = b.late - group.cost
    elseif not holds(paid, b.letter) then
      b.tokens = b.tokens - group.cost
    end
  end
  for _, s in ipairs(group.slots) do
    if not holds(paid, s.letter) and redis.call('ZADD', s.key, now, id) == 1 then
      s.used = s.used + 1
    end
  end
  return 0
end

local function decide(group, value, paid)
  local id = string.sub(value, 1, 36)
  for _, s in ipairs(group.slots) do
    local free = s.counted and s.waiting == 0 and s.used < s.most
    if not holds(paid, s.letter) and not free and not redis.call('ZSCORE', s.key, id) then
      return queue(group, s, value, id, paid)
    end
  end
  local worst, longest = nil, 0
  for _, b in ipairs(group.buckets) do
    if not holds(paid, b.letter) and b.tokens < group.cost then
      if b.rate == 0 then
        give_back(group, id, paid)
        return -b.number
      end
      local wait = math.ceil((group.cost - b.tokens) * 1000 / b.rate)
      if wait > longest then
        worst, longest = b, wait
      end
    elseif b.rate == 0 then
      give_back(group, id, paid)
      return -b.number
    end
  end
  if worst then
    return reserve(group, worst, longest, value, id, paid)
  end
  return begin(group, id, paid)
end

for i, b in ipairs(buckets) do
  b.number = i
end
for i, s in ipairs(slots) do
  s.number = i
end

for _ = 1, tonumber(ARGV[3]) do
  local group = { cost = number(), buckets = {}, slots = {} }
  for i = 1, number() do
    group.buckets[i] = buckets[number()]
  end
  for i = 1, number() do
    group.slots[i] = slots[number()]
  end
  for _ = 1, number() do
    local decided = decide(group, argument(), argument())
    answer[#answer + 1] = decided
    local b = buckets[-decided]
    if b then
      b.refused = true
    end
  end
end

-- Slots that were given back go to whoever waits for them.
for _, s in ipairs(slots) do
  while s.counted and s.used < s.most and s.waiting > 0 do
    local value = redis.call('LPOP', s.list)
    local paid = string.find(value, '\t', 1, true) and s.letter or '\t' .. s.letter
    redis.call('ZADD', s.key, now, string.sub(value, 1, 36))
    redis.call('XADD', KEYS[3], '*', 'j', value .. paid)
    s.used = s.used + 1
    s.waiting = s.waiting - 1
    if redis.call('HINCRBY', KEYS[6], s.name, -1) <= 0 then
      redis.call('HDEL', KEYS[6], s.name)
    end
  end
end

for _, b in ipairs(buckets) do
  redis.call('HSET', b.key, 'tokens', string.format('%.0f', b.tokens),
    'at', string.format('%.0f', now), 'late', string.format('%.0f', b.late))
  if b.rate > 0 and b.late == 0 then
    local full = math.ceil((b.capacity - b.tokens) * 1000 / b.rate)
    redis.call('PEXPIRE', b.key, string.format('%.0f', math.min(full, 1e12) + 60000))
  else
    redis.call('PERSIST', b.key)
  end
  if b.refused and b.tenant ~= '' then
    local alone = b.rate == 0 and STOPPED_FOR or math.ceil(-b.tokens * 500 / b.rate)
    redis.call('HSET', KEYS[2], b.tenant, string.format('%.0f', now + alone))
  end
end
return answer
