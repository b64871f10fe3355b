// The scripts that Redis runs. outdate, live and purge are those of redisstore
// word for word, which a test compares; outdate.go there says what a mark is.

const raise = `
local function raise(key, ttl)
  if redis.call('PTTL', key) < tonumber(ttl) then redis.call('PEXPIRE', key, ttl) end
end
`;

const mark = `
local time = redis.call('TIME')
local m = redis.call('HMGET', KEYS[1], 'i', 'e', 's')
local now = math.max(time[1] * 1000000 + time[2], tonumber(m[2] or '0') + 1, tonumber(m[3] or '0') + 1)
local function set(field, n) redis.call('HSET', KEYS[1], field, string.format('%.0f', n)) end
if not m[1] then set('i', now) end
`;

// Takes the ticket of a render, which is later than all marks of its path. On
// demand, what was rendered before is out of date.
//
// ARGV: whether on demand, milliseconds of the mark.
export const begin = raise + mark + `
if ARGV[1] == '1' then
  set('e', now)
  now = now + 1
end
raise(KEYS[1], ARGV[2])
return string.format('%.0f', now)
`;

// Says that what has a tag is out of date, or is to be served once more for
// some seconds. It answers with 1 if somebody keeps something with it.
//
// ARGV: milliseconds of the mark, seconds or nothing.
export const outdate = raise + mark + `
if ARGV[2] == '' then
  set('e', now)
else
  set('s', now)
  set('x', time[1] * 1000 + ARGV[2] * 1000)
end
raise(KEYS[1], ARGV[1])
return redis.call('HEXISTS', KEYS[1], 'n')
`;

// Gives a page that was rendered a tag. It answers with the time; for the tag
// of its own path with 0 if the mark was lost since the render began, and what
// it said with it.
//
// ARGV: ticket, whether it is that of the path, milliseconds of the mark.
export const join = raise + `
local i = redis.call('HGET', KEYS[1], 'i')
if ARGV[2] == '1' and (not i or tonumber(i) > tonumber(ARGV[1])) then return '0' end
local time = redis.call('TIME')
local now = string.format('%.0f', math.max(time[1] * 1000000 + time[2], tonumber(i or '0')))
if not i then redis.call('HSET', KEYS[1], 'i', now) end
redis.call('HSET', KEYS[1], 'n', '1')
raise(KEYS[1], ARGV[3])
return now
`;

// Stores an entry unless that of a later ticket is there.
//
// ARGV: ticket, time, entry, milliseconds.
export const store = `
local t = redis.call('HGET', KEYS[1], 't')
if t and tonumber(t) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 't', ARGV[1], 'a', ARGV[2], 'd', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`;

// Lists the members of a list of redisstore that have not ended.
export const live = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('%.0f', now), '+inf')
`;

// Removes a page of redisstore and refuses renders of it that began before.
//
// ARGV: milliseconds of its order.
export const purge = raise + `
local function ticket(key)
  local time = redis.call('TIME')
  local t = time[1] * 1000000 + time[2]
  local last = tonumber(redis.call('HGET', key, 't') or '0')
  if t <= last then t = last + 1 end
  local text = string.format('%.0f', t)
  redis.call('HSET', key, 't', text)
  redis.call('HSETNX', key, 'i', text)
  return text
end

local t = ticket(KEYS[1])
redis.call('HSET', KEYS[1], 'c', t)
redis.call('HDEL', KEYS[1], 'f')
raise(KEYS[1], ARGV[1])
redis.call('DEL', KEYS[3])
return 1
`;
