// Passkeys: what the page asks goes to the browser, its answer into the form, and the form is sent as any other. Without this
// script the password and the code of an app do the same.
"use strict";

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  // read turns the page's options into what the browser takes.
  const read = (json) => {
    const o = JSON.parse(json);
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    for (const list of [o.allowCredentials, o.excludeCredentials]) {
      for (const c of list || []) c.id = bytes(c.id);
    }
    return o;
  };

  // write turns the browser's answer into text.
  const write = (made) => {
    const r = made.response, out = { clientDataJSON: text(r.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (r[name]) out[name] = text(r[name]);
    }
    if (r.getTransports) out.transports = r.getTransports();
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: out, clientExtensionResults: {} });
  };

  const said = (error) => error.name === "InvalidStateError" ? "This one has a passkey of yours already." :
    error.name === "NotAllowedError" ? "No passkey was used. Try again when you are ready." : "The browser could not do it: " + error.message;

  // ask waits for the answer, puts it into the form and sends it: what else the form asks for need not be filled in.
  const ask = async (form, field, status, asking) => {
    status.textContent = "Waiting for your passkey …";
    try {
      form.elements[field].value = write(await asking());
    } catch (error) {
      status.textContent = said(error);
      return;
    }
    status.textContent = "";
    window.dispatchEvent(new Event("touchstone:sent"));
    form.submit();
  };

  for (const place of document.querySelectorAll("[data-passkey]")) {
    place.hidden = false;
    place.querySelector("button").addEventListener("click", () => {
      ask(place.closest("form"), place.dataset.passkey, place.querySelector("[role=status]"),
        () => navigator.credentials.get({ publicKey: read(place.dataset.options) }));
    });
  }

  const fresh = document.querySelector("form[data-passkey-new]");
  if (fresh) {
    fresh.addEventListener("submit", (e) => {
      e.preventDefault();
      ask(fresh, "passkey", fresh.querySelector("[role=status]"),
        () => navigator.credentials.create({ publicKey: read(fresh.dataset.passkeyNew) }));
    }, true);
  }
})();
