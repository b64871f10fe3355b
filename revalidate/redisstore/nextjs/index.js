// A cacheHandler for Next.js that keeps its pages in Redis, beside those that a
// Gin program keeps there with redisstore. What either side revalidates, by
// path or by tag, is out of date on both.
//
// Bodies are not shared: a page of Next.js belongs to one build, and its entry
// holds its data as well, which no answer of a Gin handler has. What is shared
// is when a path or a tag was revalidated; see outdate.go of redisstore.

import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, RESP_TYPES } from '@redis/client';
import { begin, join as joinTag, live, outdate, purge, store } from './scripts.js';

/**
 * Makes the class that next.config.mjs names as its `cacheHandler`.
 *
 * @param {object} [options]
 * @param {string} [options.url] Redis, 'redis://127.0.0.1:6379' by default.
 * @param {object} [options.client] More options of @redis/client: TLS, credentials.
 * @param {string} [options.prefix] That of the Gin program, 'apiroutes:' by default.
 * @param {(page: {path: string, props: object}) => string[]} [options.tags] The
 *   tags of a page of the pages router, from what getStaticProps returned.
 * @param {number} [options.keep] Seconds in Redis, 30 days by default.
 * @param {number} [options.maxRender] Seconds that a render takes at most, 60
 *   by default: the MaxRender of redisstore.
 * @param {number} [options.timeout] Milliseconds to wait for Redis, 500 by default.
 */
export function cacheHandler(options = {}) {
  // Next.js makes an instance for each request. Those of a build keep nothing:
  // the pages of a build are files, and Redis need not be there for it.
  const building = process.env.NEXT_PHASE === 'phase-production-build';
  let redis;
  return class extends Handler {
    constructor(context) {
      super(context, building ? undefined : (redis ??= new Redis(options)), options);
    }
  };
}

const implicit = '_N_T_'; // before a path, as Next.js itself names the tag of one

class Handler {
  #redis;
  #options;
  #context;
  #tickets = new Map(); // by key: of renders that may follow

  constructor(context, redis, options) {
    this.#context = context;
    this.#redis = redis;
    this.#options = options;
  }

  async get(key, { kind, tags = [], softTags = [] }) {
    if (!this.#redis) return null;
    const demanded = kind !== 'FETCH' && this.#demanded();
    try {
      const build = this.#build();
      const own = ownTag(key);
      const [entry, mark] = await Promise.all([this.#redis.entry(build, key), this.#redis.mark(own)]);
      const state = entry && (await this.#state(entry, own, mark, [...tags, ...softTags]));
      if (state === 'fresh' && !demanded) return result(entry, state);
      this.#tickets.set(key, await this.#redis.begin(own, demanded && (entry || !this.#onlyGenerated())));
      if (demanded) await this.#redis.purge(own);
      return entry && !(kind === 'FETCH' && state === 'expired') ? result(entry, state) : null;
    } catch (error) {
      // A visitor gets a page that is rendered for him. Whoever demands a
      // revalidation must hear that it has not reached the others.
      if (demanded) throw error;
      this.#redis.failed(error);
      return null;
    }
  }

  async set(key, value, context) {
    const ticket = this.#tickets.get(key);
    if (!ticket) return; // of a build, or Redis was away when the render began
    this.#tickets.delete(key);
    const entry = { tags: this.#tags(key, value, context), cacheControl: context.cacheControl, value, lastModified: Date.now() };
    try {
      await this.#redis.store(this.#build(), key, ownTag(key), ticket, entry);
    } catch (error) {
      this.#redis.failed(error);
    }
  }

  // An error here is one of the caller, who can call again.
  async revalidateTag(tags, durations) {
    await Promise.all([tags].flat().map((tag) => this.#redis?.outdate(canonical(tag), durations?.expire)));
  }

  resetRequestCache() {}

  // State of an entry: 'stale' is served once more while it is rendered, and
  // 'expired' is not.
  async #state(entry, own, ownMark, more) {
    const names = [...new Set([...entry.tags, ...more.map(canonical)])].filter((tag) => tag !== own);
    const marks = await Promise.all(names.map((tag) => this.#redis.mark(tag)));
    let state = overdue(entry) ? 'stale' : 'fresh';
    for (const [n, mark] of [ownMark, ...marks].entries()) {
      // A mark that is younger than the entry it was made for has been lost in between.
      const lost = (n === 0 || entry.tags.includes(names[n - 1])) && !(mark.i <= entry.at);
      if (lost || mark.e >= entry.ticket) return 'expired';
      if (mark.s >= entry.ticket) {
        if (Date.now() >= mark.x) return 'expired';
        state = 'stale';
      }
    }
    return state;
  }

  #tags(key, value, { tags = [] }) {
    const header = value?.headers?.['x-next-cache-tags'];
    const given = value?.kind === 'PAGES' || value?.kind === 'REDIRECT'
      ? this.#options.tags?.({ path: pathOf(key), props: (value.pageData ?? value.props).pageProps }) ?? []
      : [];
    return [...new Set([...tags, ...(header ? header.split(',') : []), ...given].map(canonical))];
  }

  // Whether the request is a revalidation on demand, by res.revalidate or from
  // outside: it has the id of the build.
  #demanded() {
    const given = this.#context._requestHeaders?.['x-prerender-revalidate'];
    if (typeof given !== 'string') return false;
    const digest = (text) => createHash('sha256').update(text).digest();
    return timingSafeEqual(digest(given), digest(buildOf(this.#context.serverDistDir).previewModeId));
  }

  #onlyGenerated() {
    return this.#context._requestHeaders['x-prerender-revalidate-if-generated'] !== undefined;
  }

  #build() {
    return buildOf(this.#context.serverDistDir).id;
  }
}

// What is served: a time of -1 makes Next.js render before it answers.
function result({ value, cacheControl, lastModified }, state) {
  if (state === 'expired') return { value, cacheControl, lastModified: -1 };
  if (state === 'fresh' || !cacheControl) return { value, cacheControl, lastModified: state === 'fresh' ? lastModified : 1 };
  const revalidate = cacheControl.revalidate || 1;
  return { value, cacheControl: { ...cacheControl, revalidate }, lastModified: Math.min(lastModified, Date.now() - revalidate * 1000 - 1) };
}

// Whether Next.js will render an entry for its age, or is about to.
function overdue({ value, cacheControl, lastModified }) {
  const revalidate = cacheControl ? cacheControl.revalidate : value?.revalidate;
  return typeof revalidate === 'number' && lastModified + revalidate * 1000 < Date.now() + 1000;
}

// Builds by folder: one in a process.
const builds = new Map();

function buildOf(serverDistDir) {
  let build = builds.get(serverDistDir);
  if (!build) {
    const read = (name) => readFileSync(join(serverDistDir, '..', name), 'utf8');
    build = { id: read('BUILD_ID'), previewModeId: JSON.parse(read('prerender-manifest.json')).preview.previewModeId };
    builds.set(serverDistDir, build);
  }
  return build;
}

// The path of an entry, as redisstore writes it; undefined for one of fetch.
function pathOf(key) {
  const path = /^\/route-cache\/\w+\/\w+\/\$(\/.*)$/s.exec(key)?.[1];
  return path && canonicalPath(path.replace(/^\/index(?=\/|$)/, '') || '/');
}

function ownTag(key) {
  const path = pathOf(key);
  return path ? implicit + path : key;
}

// canonical names the tag of a path as ownTag does.
function canonical(tag) {
  if (!tag.startsWith(implicit + '/')) return tag;
  const path = tag.slice(implicit.length).replace(/(?:%[89a-f][0-9a-f])+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
  return implicit + canonicalPath(path.replace(/^\/index$/, '/'));
}

// In a key of redisstore "/", "?", "#" and "%" inside a segment are encoded, as
// are control characters; Next.js leaves some of them.
function canonicalPath(path) {
  return path
    .replace(/%(2f|23|3f)|[%?#\x00-\x1f]/gi, (text, encoded) =>
      encoded ? text.toUpperCase() : '%' + text.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'));
}

// Redis is the connection of a process, and the names of its keys: those of
// redisstore, version 1.
class Redis {
  #client;
  #connected;
  #prefix;
  #keep;
  #orderTime;
  #timeout;
  #awayUntil = 0;
  #logged = false;
  #owed = new Map(); // tags that were revalidated while Redis was away
  #settling;

  constructor({ url, client, prefix = 'apiroutes:', keep = 30 * 86400, maxRender = 60, timeout = 500 }) {
    this.#prefix = prefix + '1:';
    this.#keep = keep * 1000;
    this.#orderTime = 2 * maxRender * 1000;
    this.#timeout = timeout;
    this.#client = createClient({
      url, ...client, disableOfflineQueue: true, socket: { connectTimeout: timeout, reconnectStrategy: 100, ...client?.socket },
    });
    this.#client.on('error', (error) => this.failed(error));
    this.#client.on('ready', () => {
      if (this.#logged) console.info('next-cache-handler: Redis is back');
      this.#logged = false;
    });
    this.#connected = this.#within(this.#client.connect()).catch(() => {}); // it goes on by itself
  }

  // Says once that Redis is away.
  failed(error) {
    if (!this.#logged) console.warn('next-cache-handler: Redis is away; pages are rendered for each visitor:', error.message || error);
    this.#logged = true;
  }

  // Waits no longer than the timeout. Who comes after does not wait as well.
  async #within(promise) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(Object.assign(new Error(`no answer within ${this.#timeout} ms`), { late: true })), this.#timeout);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #call(work) {
    await this.#connected;
    if (Date.now() < this.#awayUntil) throw new Error('next-cache-handler: Redis does not answer');
    try {
      for (const [tag, staleFor] of this.#owed) {
        await this.#tell(tag, staleFor);
        if (this.#owed.get(tag) === staleFor) this.#owed.delete(tag);
      }
      return await work();
    } catch (error) {
      this.failed(error);
      if (error.late) this.#reconnect();
      throw error;
    }
  }

  // A connection without answers may never end by itself.
  #reconnect() {
    this.#awayUntil = Date.now() + 1000;
    if (!this.#client.isOpen) return;
    this.#client.destroy();
    this.#client.connect().catch(() => {});
  }

  #eval(script, keys, ...args) {
    return this.#call(() => this.#run(script, keys, ...args));
  }

  #run(script, keys, ...args) {
    return this.#within(this.#client.eval(script, { keys, arguments: args.map(String) }));
  }

  #fields(name, fields) {
    return this.#call(() => this.#within(this.#client.hmGet(name, fields)));
  }

  #name(kind, text) {
    return this.#prefix + kind + ':{' + createHash('sha256').update(text).digest('hex').slice(0, 32) + '}';
  }

  async entry(build, key) {
    const [ticket, at, data] = await this.#fields(this.#name('n', build + '\0' + key), ['t', 'a', 'd']);
    return data && { ...fromText(data), ticket: Number(ticket), at: Number(at) };
  }

  async store(build, key, own, ticket, entry) {
    const first = await this.#eval(joinTag, [this.#name('m', own)], ticket, 1, this.#keep);
    const others = await Promise.all(entry.tags.filter((tag) => tag !== own).map((tag) => this.#eval(joinTag, [this.#name('m', tag)], ticket, 0, this.#keep)));
    const times = [first, ...others].map(Number);
    if (times.includes(0)) return;
    const expire = entry.cacheControl?.expire;
    const keep = typeof expire === 'number' ? Math.min(this.#keep, Math.max(expire, 1) * 1000) : this.#keep;
    await this.#eval(store, [this.#name('n', build + '\0' + key)], ticket, Math.max(...times), toText(entry), keep);
  }

  // When a tag was lost or made, expired, and made stale, and when that ends.
  async mark(tag) {
    const [i, e, s, x] = await this.#fields(this.#name('m', tag), ['i', 'e', 's', 'x']);
    return { i: Number(i ?? NaN), e: Number(e ?? 0), s: Number(s ?? 0), x: Number(x ?? 0) };
  }

  begin(tag, demanded) {
    return this.#eval(begin, [this.#name('m', tag)], demanded ? 1 : 0, this.#orderTime);
  }

  // Says to both sides that a tag is out of date; while Redis is away, as soon
  // as it is back: Next.js tells no caller that this has failed.
  async outdate(tag, staleFor) {
    try {
      await this.#call(() => this.#tell(tag, staleFor));
    } catch (error) {
      if (this.#owed.size < 10000) this.#owed.set(tag, staleFor);
      this.#settling ??= setInterval(() => this.#settle(), 1000).unref();
      throw error;
    }
  }

  async #settle() {
    await this.#call(() => {}).catch(() => {});
    if (this.#owed.size > 0) return;
    clearInterval(this.#settling);
    this.#settling = undefined;
  }

  purge(tag) {
    return this.#call(() => this.#purge(tag));
  }

  async #tell(tag, staleFor) {
    await this.#run(outdate, [this.#name('m', tag)], this.#orderTime, staleFor ?? '');
    await this.#purge(tag);
  }

  // Removes the pages of Gin that have the tag, or the path that it stands for.
  async #purge(tag) {
    const bytes = this.#client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }); // keys need not be text
    const list = async (reply) => (await this.#within(reply)).map((name) => name.toString('latin1'));
    const members = (name) => list(bytes.eval(live, { keys: [name] }));
    // Renders that run come first: one that ends in between has its page listed.
    const open = (await members(this.#prefix + 'o:{open}')).map((member) => member.slice(member.indexOf(' ') + 1));
    let keys;
    if (tag.startsWith(implicit + '/')) {
      const path = Buffer.from(tag.slice(implicit.length)).toString('latin1');
      const edge = (before, after) => Buffer.from(before + path + after, 'latin1');
      const variants = await list(bytes.zRangeByLex(this.#prefix + 'k:{keys}', edge('[', '\0'), edge('(', '\x01')));
      keys = [path, ...variants, ...open.filter((key) => key.startsWith(path + '\0'))];
    } else {
      // What a render that runs will be tagged with is not known yet.
      keys = [...open, ...(await members(this.#name('g', tag)))];
    }
    await Promise.all([...new Set(keys)].map((key) => {
      const page = Buffer.from(key, 'latin1');
      return this.#run(purge, ['t', 'l', 'p'].map((kind) => this.#name(kind, page)), this.#orderTime);
    }));
  }
}

// JSON has neither bytes nor maps.
function toText({ value, ...rest }) {
  const text = (bytes) => bytes && Buffer.from(bytes).toString('base64');
  if (value?.kind === 'APP_ROUTE') value = { ...value, body: text(value.body) };
  if (value?.kind === 'APP_PAGE') {
    value = { ...value, rscData: text(value.rscData), segmentData: value.segmentData && [...value.segmentData].map(([name, data]) => [name, text(data)]) };
  }
  return JSON.stringify({ ...rest, value });
}

function fromText(text) {
  const entry = JSON.parse(text);
  const { value } = entry;
  const bytes = (base64) => base64 && Buffer.from(base64, 'base64');
  if (value?.kind === 'APP_ROUTE') value.body = Buffer.from(value.body, 'base64');
  if (value?.kind === 'APP_PAGE') {
    value.rscData = bytes(value.rscData);
    value.segmentData = value.segmentData && new Map(value.segmentData.map(([name, data]) => [name, bytes(data)]));
  }
  return entry;
}
