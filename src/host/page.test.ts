import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf, openHost, type TestHost } from "../../test-support/open-host";

let opened: TestHost;
beforeAll(() => void (opened = openHost()));
afterAll(() => opened.close());

/** The directives of an answer's content security policy, by name. */
function policyOf(response: Response): Record<string, string[]> {
  const text = response.headers.get("content-security-policy") ?? "";
  return Object.fromEntries(
    text.split("; ").map((directive) => {
      const [name, ...sources] = directive.split(" ");
      return [name!, sources];
    }),
  );
}

test("the page may run its own scripts and nothing else: no inline script, no eval, no other site", async () => {
  const answer = await opened.ask("GET", "/");
  const policy = policyOf(answer);
  expect(policy["script-src"]).toEqual(["'self'"]);
  expect(policy["default-src"]).toEqual(["'none'"]);
  expect(policy["connect-src"]).toEqual(["'self'"]);
  expect(policy["frame-ancestors"]).toEqual(["'none'"]);
  expect(answer.headers.get("content-security-policy")).not.toMatch(/unsafe-|https?:|\*/);
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
});

test("each answer has a nonce of its own, the same in the page and in its policy", async () => {
  const nonces = await Promise.all(
    [1, 2].map(async () => {
      const answer = await opened.ask("GET", "/");
      const [, nonce] = /nonce="([^"]+)"/.exec(await answer.text())!;
      expect(policyOf(answer)["style-src"]).toEqual(["'self'", `'nonce-${nonce}'`]);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      return nonce;
    }),
  );
  expect(nonces[0]).not.toBe(nonces[1]);
  expect(nonces).not.toContain("SLICEBENCH_NONCE");
});

test("assets, named by their content, are kept for good", async () => {
  const answer = await opened.ask("GET", "/assets/index-abc.js");
  expect([answer.status, await answer.text()]).toEqual([200, "export {};"]);
  expect(answer.headers.get("content-type")).toMatch(/javascript/);
  expect(answer.headers.get("cache-control")).toMatch(/immutable/);
});

test("nothing outside the page's folder is served", async () => {
  writeFileSync(join(opened.folder, "secret.txt"), "secret");
  const paths = [
    "/assets/../../secret.txt",
    "/assets/%2e%2e/%2e%2e/secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/..%5c..%5csecret.txt",
    "/secret.txt",
    "/index.html",
  ];
  for (const path of paths) {
    expect(await failureOf(await opened.ask("GET", path))).toEqual({
      status: 404,
      code: "RESOURCE_NOT_FOUND",
    });
  }
});
