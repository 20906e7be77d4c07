// The keyboard, and what needs no new page. Everything here can be done without it.
"use strict";

(() => {
  const item = document.getElementById("item");
  const photo = document.getElementById("photo");
  const keyed = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    keyed.set(element.dataset.key, element);
  }

  function post(address, fields) {
    const body = new URLSearchParams({ csrf: item.dataset.csrf, ...fields });
    return fetch(address, { method: "POST", body, redirect: "manual", keepalive: true });
  }

  function isBusy(element) {
    return element.closest("input:not([type=checkbox]), textarea, select") !== null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === "Escape" && isBusy(event.target)) {
      event.target.blur();
      return;
    }
    if (event.key === "Escape") document.getElementById("help")?.removeAttribute("open");
    if (isBusy(event.target)) return;
    if (event.key === " " && event.target.closest("a, button, summary, input")) return;
    if (event.key === "?") {
      const help = document.getElementById("help");
      if (help) help.open = !help.open;
      return;
    }
    const element = keyed.get(event.key.toLowerCase());
    if (element && !element.closest("[hidden]")) {
      event.preventDefault();
      element.click();
    }
  });

  // One form is sent once, however often the key is hit.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });

  const reveal = document.getElementById("reveal");
  if (reveal && photo) {
    let isLogged = photo.classList.contains("revealed");
    reveal.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const isRevealed = photo.classList.toggle("revealed");
      const label = reveal.querySelector("[data-label]");
      [label.textContent, reveal.dataset.other] = [reveal.dataset.other, label.textContent];
      if (isRevealed && !isLogged) {
        isLogged = true;
        post(`/items/${item.dataset.item}/revealed`, {});
      }
    });
  }

  for (const box of document.querySelectorAll("input[data-photo]")) {
    box.addEventListener("change", () => {
      if (box.checked) post(`/items/${item.dataset.item}/revealed`, { photo: box.dataset.photo });
    });
  }

  const greyscale = document.getElementById("greyscale");
  if (greyscale) {
    greyscale.addEventListener("submit", (event) => {
      event.preventDefault();
      delete greyscale.dataset.sent;
      const isGrey = document.body.classList.toggle("grey");
      greyscale.querySelector("button").setAttribute("aria-pressed", String(isGrey));
      post("/view", { greyscale: isGrey ? "on" : "" });
    });
  }

  const blur = document.getElementById("blur");
  if (blur) {
    document.getElementById("keep-blur").hidden = true;
    blur.addEventListener("change", () => {
      const isGrey = document.body.classList.contains("grey");
      document.body.className = `blur-${blur.value}${isGrey ? " grey" : ""}`;
      post("/view", { blur: blur.value, greyscale: isGrey ? "on" : "" });
    });
  }

  function countDown(element, ended) {
    if (!element) return;
    const shown = element.querySelector("[data-count]");
    const end = performance.now() + 1000 * Number(element.dataset.seconds);
    const timer = setInterval(() => {
      const left = Math.max(0, Math.round((end - performance.now()) / 1000));
      shown.textContent = left >= 60 ? `${Math.floor(left / 60)} min ${left % 60} s` : `${left} s`;
      element.classList.toggle("short", left < 60);
      if (left === 0) {
        clearInterval(timer);
        ended(element);
      }
    }, 1000);
  }

  countDown(document.getElementById("undo"), (form) => {
    form.hidden = true;
  });
  countDown(document.getElementById("lease"), (lease) => {
    lease.textContent = "Your time has run out: load the page again before you decide.";
    lease.setAttribute("role", "alert");
  });
})();
