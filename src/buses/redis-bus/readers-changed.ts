// What every script does that changes who reads a topic: the version of its readers moves, and whoever listens is told. A version
// that is made anew begins at the server's time: after the data was lost none comes again that anybody may still know.

/** Lua: `changed(key of the version, pub/sub channel, topic)`. */
export const CHANGED = `
  local function changed(version, news, topic)
    if redis.call("EXISTS", version) == 0 then
      local now = redis.call("TIME")
      redis.call("SET", version, now[1] .. string.format("%06d", tonumber(now[2])))
    end
    redis.call("INCR", version)
    redis.call("PUBLISH", news, topic)
  end
`;

/** Key: the version. Arguments: the channel, the topic. */
export const TELL_CHANGE = `${CHANGED}
  changed(KEYS[1], ARGV[1], ARGV[2])
  return 1
`;
