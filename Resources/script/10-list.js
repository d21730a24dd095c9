// Lists: search as you type, the slash key, rows by keys, the bar of ticked rows.
{
  let asked, waiting;
  async function refresh(href) {
    asked?.abort();
    asked = new AbortController();
    const list = document.getElementById('list');
    list.setAttribute('aria-busy', 'true');
    try {
      const page = await pageAt(href, asked.signal);
      list.replaceChildren(...(page.getElementById('list')?.childNodes ?? []));
      follow(page);
      reveal(list);
      history.replaceState(history.state, '', href);
      live.textContent = list.querySelector('.count')?.textContent ?? '';
      list.removeAttribute('aria-busy');
    } catch (error) {
      if (error.name !== 'AbortError') location.assign(href);
    }
  }

  // The header's forms come back to the list as it is now, not as it was opened.
  function follow(page) {
    const theirs = all('.bar input[name=next]', page);
    for (const [index, field] of all('.bar input[name=next]').entries()) field.value = theirs[index]?.value ?? field.value;
  }

  function ask(form) {
    clearTimeout(waiting);
    const values = [...new FormData(form)].filter(([, value]) => typeof value === 'string' && value !== '');
    refresh(`${pathOf(form)}?${new URLSearchParams(values)}`);
  }

  document.addEventListener('input', (event) => {
    const form = event.target.closest('form[data-live]');
    if (!form || !document.getElementById('list')) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, event.target.matches('select, [type=checkbox], [type=radio]') ? 0 : 250, form);
  });
  document.addEventListener('submit', (event) => {
    if (!event.target.matches('form[data-live]') || !document.getElementById('list')) return;
    event.preventDefault();
    ask(event.target);
  });

  function step(by) {
    const rows = all('.table tbody tr').filter((row) => row.querySelector('a, .pick') && row.offsetParent);
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    (row?.querySelector('th a, td a') ?? row?.querySelector('.pick'))?.focus();
  }
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeMenus();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const slash = document.querySelector('[data-slash]');
    if (event.key === '/' && slash?.offsetParent) { slash.focus(); slash.select(); }
    else if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
    else if (event.key === 'x') document.activeElement?.closest('tr')?.querySelector('.pick')?.click();
    else return;
    event.preventDefault();
  });

  document.addEventListener('change', (event) => {
    const form = event.target.matches('.pick, .pick-all') && event.target.closest('.bulk');
    if (!form) return;
    const picks = all('.pick', form);
    if (event.target.matches('.pick-all')) for (const pick of picks) pick.checked = event.target.checked;
    const count = picks.filter((pick) => pick.checked).length;
    const head = form.querySelector('.pick-all');
    if (head) [head.checked, head.indeterminate] = [count === picks.length, count > 0 && count < picks.length];
    form.querySelector('[data-picked-count]').textContent = `${words.picked ?? ''} ${count}`;
  });
}
