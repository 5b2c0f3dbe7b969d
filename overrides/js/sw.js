// Keeps pages so that they open without internet: the emergency page and the one about reading
// offline for whoever was here, every page for whoever asks for it. It never keeps what somebody
// opens just because they opened it.
//
// The build puts `site` in front: the base of all addresses; the languages, each with a revision
// of what is kept in it; the assets; the pages kept at `first` and `all` of them.

const MARK = `anlaufstelle${site.base}`;
const PATIENCE_MS = 4000;

const languages = Object.keys(site.revisions);
const inLanguage = (language, pages) => pages.map((page) => `${site.base}${language}/${page}`);
const languageOf = (path) => path.slice(site.base.length).split("/")[0];
const known = new Set([
  site.base,
  ...site.assets,
  ...languages.flatMap((language) => inLanguage(language, site.all)),
]);

// A cache says in its name what it holds.
const nameOf = (amount, language) => [MARK, amount, language, site.revisions[language]].join(" ");
const ownCaches = async () =>
  (await caches.keys()).map((name) => name.split(" ")).filter((parts) => parts[0] === MARK);
const find = (path) => caches.match(path, { ignoreVary: true });

async function load(address) {
  // Nothing personal comes without cookies, and nothing stale past the browser's own cache.
  const answer = await fetch(address, { cache: "no-cache", credentials: "omit" });
  const rule = answer.headers.get("Cache-Control") || "";
  if (!answer.ok || answer.redirected || rule.includes("no-store")) throw new Error(address);
  return answer;
}

async function keep(amount, language) {
  const name = nameOf(amount, language);
  if (await caches.has(name)) return;
  const addresses = [...site.assets, ...inLanguage(language, site[amount])];
  const answers = await Promise.all(addresses.map(load));
  try {
    const cache = await caches.open(name);
    await Promise.all(addresses.map((address, place) => cache.put(address, answers[place])));
  } catch (full) {
    await caches.delete(name);
    throw full;
  }
}

// A new build: what was kept is kept anew before the old build's caches go.
async function refresh() {
  for (const [, amount, language] of await ownCaches())
    if (languages.includes(language)) await keep(amount, language);
  await skipWaiting();
}

async function dropOld() {
  for (const parts of await ownCaches())
    if (parts[3] !== site.revisions[parts[2]]) await caches.delete(parts.join(" "));
}

async function grant(wish, language) {
  if (wish === "remove") await caches.delete(nameOf("all", language));
  else if (wish !== "ask") await keep(wish, language);
  return caches.has(nameOf("all", language));
}

async function answer(request, { pathname, search }) {
  const kept = await find(pathname);
  // Its name changes with its content.
  if (kept && site.assets.includes(pathname)) return kept;
  const fresh = fetch(request);
  try {
    // A page with a query may say more than the one that is kept, so it is waited for.
    if (!kept || search) return await fresh;
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
    const first = await Promise.race([fresh, late]);
    return first.status < 500 ? first : kept;
  } catch (offline) {
    return kept || instead(request, pathname);
  }
}

async function instead(request, path) {
  if (request.mode !== "navigate") return Response.error();
  const kept = (await ownCaches()).map((parts) => parts[2]);
  if (path === site.base && kept.length) return Response.redirect(inLanguage(kept[0], [""])[0]);
  for (const language of [languageOf(path), ...kept]) {
    const page = await find(inLanguage(language, ["offline/"])[0]);
    if (page) return page;
  }
  return Response.error();
}

// A form that is sent. Where no answer comes, the page with the form stays as it is: nothing is lost,
// and the page is told so. What is in the form isn't read here.
async function send(request) {
  try {
    return await fetch(request);
  } catch (unsent) {
    for (const page of await clients.matchAll())
      if (page.url.split("#")[0] === request.referrer) page.postMessage("unsent");
    return new Response(null, { status: 204 });
  }
}

addEventListener("install", (event) => event.waitUntil(refresh()));
addEventListener("activate", (event) => event.waitUntil(Promise.all([dropOld(), clients.claim()])));

addEventListener("message", (event) => {
  const [port] = event.ports;
  const language = languageOf(new URL(event.source.url).pathname);
  if (!languages.includes(language)) return;
  const done = grant(event.data, language).catch(() => null);
  event.waitUntil(done.then((kept) => port && port.postMessage(kept)));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method === "POST" && request.mode === "navigate" && known.has(address.pathname))
    event.respondWith(send(request));
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (!known.has(address.pathname) || (address.search && request.mode !== "navigate")) return;
  event.respondWith(answer(request, address));
});
