// What the docs page does: sends the request that the reader filled in, and shows the answer as it comes. Only text is ever
// put into the page.

export const DOCS_SCRIPT = `
"use strict";
const LIMIT = 65536;
const token = document.querySelector("#token");

for (const form of document.querySelectorAll("form[data-path]")) {
  const shown = form.querySelector("output pre");
  const state = form.querySelector("output p");
  let running;
  form.querySelector("button[type=button]").addEventListener("click", () => running?.abort());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    running?.abort();
    const mine = (running = new AbortController());
    shown.textContent = "";
    state.textContent = "sending …";
    try {
      await send(form, mine.signal, state, shown);
    } catch (error) {
      if (running === mine) state.textContent = mine.signal.aborted ? "stopped" : String(error.message);
    }
  });
}

async function send(form, signal, state, shown) {
  const began = performance.now();
  const headers = {};
  if (token.value !== "") headers.authorization = "Bearer " + token.value;
  const body = form.querySelector("textarea")?.value;
  if (body !== undefined) headers["content-type"] = "application/json";
  const answer = await fetch(address(form), { method: form.dataset.method, headers, body, signal });
  state.textContent = answer.status + " " + answer.statusText + " · " + Math.round(performance.now() - began) + " ms";
  await show(answer, shown);
}

function address(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("input")) {
    if (input.dataset.in === "path") path = path.replace("{" + input.name + "}", encodeURIComponent(input.value));
    else if (input.value !== "") query.set(input.name, input.value);
  }
  return query.size > 0 ? path + "?" + query : path;
}

async function show(answer, shown) {
  const type = answer.headers.get("content-type") ?? "";
  if (type.includes("json")) {
    shown.textContent = cut(JSON.stringify(await answer.json(), undefined, 2));
    return;
  }
  const decoder = new TextDecoder();
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    shown.textContent = cut(shown.textContent + decoder.decode(value, { stream: true }));
  }
}

function cut(text) {
  return text.length > LIMIT ? text.slice(0, LIMIT) + "\\n… (cut)" : text;
}
`;
