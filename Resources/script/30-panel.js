// On a wide screen a row's page opens beside its list; the address is the page's own.
{
  const panel = document.getElementById('panel');
  const isWide = matchMedia('(min-width: 1200px)');
  let opener;

  function mark(link) {
    for (const row of all('tr.open')) row.classList.remove('open');
    link?.closest('tr')?.classList.add('open');
  }

  async function open(href) {
    const main = (await pageAt(href)).querySelector('main');
    const bar = make('div', { className: 'panel-bar' });
    bar.append(
      make('a', { href, className: 'button', textContent: words.open }),
      make('button', { type: 'button', className: 'button quiet', textContent: words.close, onclick: () => history.back() }));
    main?.querySelector('.crumbs')?.remove();
    panel.replaceChildren(bar, ...(main?.childNodes ?? []));
    // The page has its heading of the first order already.
    for (const title of all('h1', panel)) title.replaceWith(make('h2', { className: 'h1', textContent: title.textContent }));
    [panel.hidden, panel.scrollTop] = [false, 0];
    reveal(panel);
    mark(opener);
    live.textContent = panel.querySelector('h2')?.textContent ?? '';
  }

  document.addEventListener('click', async (event) => {
    const link = event.target.closest('a[data-panel]');
    if (!link || !isWide.matches || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    opener = link;
    try {
      await open(link.href);
      history[history.state?.panel ? 'replaceState' : 'pushState']({ panel: true }, '', link.href);
    } catch { location.assign(link.href); }
  });
  window.addEventListener('popstate', (event) => {
    if (event.state?.panel) location.reload();
    else if (panel && !panel.hidden) { panel.hidden = true; mark(); opener?.focus(); }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && panel?.hidden === false && !isTyping(event.target)) history.back();
  });
}
