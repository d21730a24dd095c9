// Small things that the other blocks share. Every page works without any of this file.
document.documentElement.dataset.js = '';
const words = document.body.dataset;
const live = document.getElementById('live');
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const pathOf = (form) => new URL(form.getAttribute('action') ?? '', location.href).pathname;
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
const fold = (text) => text.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd');
const isTyping = (target) => target.closest?.('input:not([type=checkbox], [type=radio]), textarea, select');
const closeMenus = (but) => { for (const menu of all('details.menu[open]')) if (!menu.contains(but)) menu.open = false; };

// A page by its address, as a document; a list that is asked again as one types (it can be called off) says so. A page that asks for signing in, or is no page, is opened whole.
async function pageAt(href, signal) {
  const headers = { Accept: 'text/html', ...(signal && { 'X-Requested-With': 'hoaban' }) };
  const answer = await fetch(href, { signal, headers });
  const kind = answer.headers.get('content-type') ?? '';
  const moved = answer.redirected && new URL(answer.url).pathname === '/login';
  if (!answer.ok || moved || !kind.startsWith('text/html')) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

// Things that appear only where a script can serve them.
const scripted = '[data-print], [data-copy], [data-theme-switch], [data-fold], .pick-all';
const reveal = (root) => { for (const thing of all(scripted, root)) thing.hidden = false; };
reveal();
document.querySelector('[data-focus]')?.focus();
document.addEventListener('click', (event) => {
  if (event.target.closest('[data-print]')) window.print();
  const copied = event.target.closest('[data-copy]');
  if (copied) navigator.clipboard?.writeText(document.getElementById(copied.dataset.copy).textContent);
  closeMenus(event.target);
});
