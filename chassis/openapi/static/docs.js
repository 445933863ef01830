"use strict";

const form = document.getElementById("sign-in");
const signOut = document.getElementById("sign-out");
const who = document.getElementById("who");

const ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#document",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // Else a badge would be asked for on the internet.
  requestInterceptor: withIdempotencyKey,
  onComplete: () => { document.title = ui.specSelectors.info().get("title"); },
});

// Every press of "Execute" wants a new thing, unless the reader has said which one.
function withIdempotencyKey(request) {
  const named = "Idempotency-Key" in request.headers || /"request_id"/.test(request.body ?? "");
  if (request.method === "POST" && !named) request.headers["Idempotency-Key"] = crypto.randomUUID();
  return request;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  say("Signing in …");
  try {
    const session = await asked(Object.fromEntries(new FormData(form)));
    ui.preauthorizeApiKey("access_token", session.access_token);
    form.password.value = "";
    say(`Signed in as ${session.display_name}.`);
    show(true);
  } catch (error) {
    say(error.message, "refused");
  }
});

signOut.addEventListener("click", () => {
  ui.authActions.logout(["access_token"]);
  say("Signed out.");
  show(false);
});

async function asked(credentials) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("docs/session", { method: "POST", headers, body: JSON.stringify(credentials) });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.detail);
  return content;
}

function say(text, kind = "") {
  who.value = text;
  who.className = kind;
}

function show(signedIn) {
  form.hidden = signedIn;
  signOut.hidden = !signedIn;
}
