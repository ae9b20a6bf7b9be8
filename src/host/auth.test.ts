import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf, openHost, type TestHost } from "../../test-support/open-host";
import { createToken } from "./auth";

const port = 48_151;
const token = createToken();
const own = `http://127.0.0.1:${port}`;

let opened: TestHost;
beforeAll(() => void (opened = openHost({ kind: "browser", port, token })));
afterAll(() => opened.close());

const ask = async (path: string, headers: Record<string, string> = {}, base = own) =>
  opened.host.request(new Request(`${base}${path}`, { headers }));

/** Comes in by the printed address, as a browser does. */
async function comeIn(): Promise<{ cookie: string; answer: Response }> {
  const answer = await ask(`/?token=${token}`);
  const cookie = answer.headers.get("set-cookie") ?? "";
  return { cookie, answer };
}

test("the printed address becomes a cookie that no script and no other site can use, and leaves the address bar", async () => {
  const { cookie, answer } = await comeIn();
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
  const [value, ...attributes] = cookie.split("; ");
  expect(attributes.sort()).toEqual(["HttpOnly", "Path=/", "SameSite=Strict"]);
  expect(value).not.toContain(token);
  expect((await ask("/api/studies", { cookie: value! })).status).toBe(200);
  expect((await ask("/", { cookie: value! })).status).toBe(200);
});

test("without the token or its cookie everything is 401, the page and its assets included", async () => {
  const paths = ["/", "/assets/index-abc.js", "/api/studies", "/api/events", "/nothing"];
  const wrong = ["", `slicebench-${port}=`, `slicebench-${port}=${token}`, `slicebench-1=${token}`];
  for (const path of paths) {
    for (const cookie of wrong) {
      expect(await failureOf(await ask(path, { cookie }))).toEqual({ status: 401, code: "TOKEN_MISSING" });
    }
  }
  expect((await ask("/?token=wrong")).status).toBe(401);
  // Only the page's own address takes a token: it must not be usable in a link to a resource.
  expect((await ask(`/api/studies?token=${token}`)).status).toBe(401);
});

test("a foreign host, origin or site is 403, also with the cookie", async () => {
  const { cookie } = await comeIn();
  const refused = async (headers: Record<string, string>, base?: string) =>
    failureOf(await ask("/api/studies", { cookie, ...headers }, base));
  const foreignHost = { status: 403, code: "HOST_REFUSED" };
  const foreignPage = { status: 403, code: "ORIGIN_REFUSED" };
  expect(await refused({ host: `rebound.example:${port}` })).toEqual(foreignHost);
  expect(await refused({}, `http://rebound.example:${port}`)).toEqual(foreignHost);
  expect(await refused({ host: `127.0.0.1:${port + 1}` })).toEqual(foreignHost);
  expect(await refused({ origin: "https://elsewhere.example" })).toEqual(foreignPage);
  expect(await refused({ origin: `http://127.0.0.1:${port + 1}` })).toEqual(foreignPage);
  expect(await refused({ origin: "null" })).toEqual(foreignPage);
  expect(await refused({ "sec-fetch-site": "cross-site" })).toEqual(foreignPage);
  expect(await refused({ "sec-fetch-site": "same-site" })).toEqual(foreignPage);
});

test("the page's own requests, and the machine's other name, are let through", async () => {
  const { cookie } = await comeIn();
  const status = async (headers: Record<string, string>, base?: string) =>
    (await ask("/api/studies", { cookie, ...headers }, base)).status;
  expect(await status({ origin: own, "sec-fetch-site": "same-origin" })).toBe(200);
  expect(await status({}, `http://localhost:${port}`)).toBe(200);
  // A link on another site leads to the page, which then asks for everything itself.
  expect((await ask("/", { cookie, "sec-fetch-site": "cross-site" })).status).toBe(200);
});

test("the desktop's door knows its own scheme and no other", async () => {
  const desktop = openHost();
  try {
    const status = async (address: string, headers: Record<string, string> = {}) =>
      (await desktop.host.request(new Request(address, { headers }))).status;
    expect(await status("slicebench://app/api/studies")).toBe(200);
    expect(await status("slicebench://app/api/studies", { origin: "slicebench://app" })).toBe(200);
    expect(await status("slicebench://elsewhere/api/studies")).toBe(403);
    expect(await status("http://localhost/api/studies")).toBe(403);
    expect(await status("slicebench://app/api/studies", { origin: "https://elsewhere.example" })).toBe(403);
  } finally {
    await desktop.close();
  }
});
