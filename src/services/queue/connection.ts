import { Redis } from "ioredis";
import { SlicebenchError } from "../../core/errors";

/** How long the queue's server has to answer at the start. Later it may be away for as long as it likes. */
const firstAnswerMs = 5_000;

/**
 * Connects to a Redis server, `redis://` or `rediss://` (TLS), with user and password in the address where it wants
 * them. Throws USAGE for another address, QUEUE_UNREACHABLE where nothing answers; neither repeats the password.
 */
export async function connectToRedis(address: string): Promise<Redis> {
  const url = URL.parse(address);
  if (url === null || !/^rediss?:$/.test(url.protocol)) {
    throw new SlicebenchError("USAGE", "The queue's address is no redis:// or rediss:// address.", {
      hint: "For example: --queue redis://127.0.0.1:6379",
    });
  }
  // BullMQ waits on its connections for as long as it takes: a server that restarts costs nothing.
  const redis = new Redis(address, {
    lazyConnect: true,
    connectTimeout: firstAnswerMs,
    maxRetriesPerRequest: null,
  });
  // ioredis reports each failed attempt as an event, and throws where nobody listens.
  let lastError: unknown;
  redis.on("error", (thrown: unknown) => (lastError = thrown));
  const answered = redis.connect().then(() => redis.ping());
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error("No answer.")), firstAnswerMs).unref();
  });
  try {
    await Promise.race([answered, late]);
    return redis;
  } catch (thrown) {
    answered.catch(() => undefined);
    redis.disconnect();
    throw new SlicebenchError("QUEUE_UNREACHABLE", `No Redis server answers at ${url.host}.`, {
      hint: "Start one, or correct --queue.",
      cause: lastError ?? thrown,
    });
  }
}
