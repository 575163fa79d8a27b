// Warns five minutes before a session ends, lets the person stay, and says when it is over.
//
// The page says how long the session lasts (data-left, in seconds); what happens in other windows and by
// saving is asked of the server, which does not count the question as use. Without this script the page
// says the length of the session in words.
(() => {
  "use strict";
  const box = document.getElementById("session-warning");
  if (!box) return;
  const words = box.querySelector("p");
  const stay = box.querySelector("button");
  const LEAD = 300;
  let timer;

  const say = (text, canStay) => {
    words.textContent = text;
    stay.hidden = !canStay;
    box.hidden = false;
  };

  const clock = (seconds) =>
    new Date(Date.now() + seconds * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

  const plan = ({ left, absolute }) => {
    clearTimeout(timer);
    if (left <= 0) {
      say("You have been signed out. What you typed on this page is still here: save it, and it is kept while you sign in again.", false);
      return;
    }
    if (left > LEAD) {
      box.hidden = true;
      timer = setTimeout(ask, (left - LEAD) * 1000);
      return;
    }
    const at = clock(left);
    say(
      absolute
        ? `You will be signed out at ${at}, the end of the longest session. Save what you have typed and sign in again.`
        : `You will be signed out at ${at} unless you do something before.`,
      !absolute,
    );
    timer = setTimeout(ask, (left + 1) * 1000);
  };

  const call = async (path, method) => {
    try {
      const answer = await fetch(path, { method, headers: { accept: "application/json" } });
      if (answer.ok) plan(await answer.json());
    } catch {
      // No connection: what is shown stays, and the next occasion asks again.
      timer = setTimeout(ask, 30000);
    }
  };
  const ask = () => call("/session", "GET");

  stay.addEventListener("click", () => call("/session", "POST"));
  // A computer that slept, or another window: time has passed that no timer counted.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask();
  });
  plan({ left: Number(box.dataset.left), absolute: box.dataset.absolute === "true" });
  box.dataset.ready = "true";
})();
