// The page about reading offline: keeps every page of its language, or removes them again.
(function () {
  const workers = navigator.serviceWorker;
  const section = document.getElementById("keeping");
  const keep = document.getElementById("keep");
  const remove = document.getElementById("remove");
  const status = document.getElementById("status");
  const address = new URL("../sw.js", document.currentScript.src);
  if (!workers) return;

  // The answer: whether every page is kept; null if that failed.
  async function tell(wish) {
    const { active } = await workers.ready;
    return new Promise(function (resolve) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event) => resolve(event.data);
      active.postMessage(wish, [port2]);
    });
  }

  function show(kept) {
    keep.hidden = kept;
    remove.hidden = !kept;
  }

  async function press(event) {
    const button = event.target;
    if (button.getAttribute("aria-disabled")) return;
    // Not `disabled`: that would take the focus away.
    button.setAttribute("aria-disabled", "true");
    status.textContent = status.dataset.busy;
    const kept = await tell(button.dataset.wish);
    button.removeAttribute("aria-disabled");
    if (kept === null) {
      status.textContent = status.dataset.failed;
      return;
    }
    show(kept);
    (kept ? remove : keep).focus();
    status.textContent = kept ? status.dataset.kept : status.dataset.removed;
  }

  keep.addEventListener("click", press);
  remove.addEventListener("click", press);
  workers
    .register(address)
    .then(() => tell("ask"))
    .then(function (kept) {
      show(kept);
      section.hidden = false;
    })
    // Private windows refuse it; the file is there for everyone.
    .catch(function () {});
})();
