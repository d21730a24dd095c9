// The frame: jobs on their way, light or dark, the folded rail.
{
  const keep = (name, value) => { document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`; };
  const kept = (name) => document.cookie.match(`(?:^|; )${name}=([a-z]+)`)?.[1];
  const root = document.documentElement;

  for (const name of ['theme', 'rail']) if (kept(name)) root.dataset[name] = kept(name);
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-theme-switch]')) {
      const machine = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
      keep('theme', root.dataset.theme = (root.dataset.theme ?? machine) === 'dark' ? 'light' : 'dark');
    }
    const isFold = event.target.closest('[data-fold]');
    if (isFold) keep('rail', root.dataset.rail = root.dataset.rail === 'narrow' ? 'wide' : 'narrow');
  });

  // A job is asked for more and more seldom, and not at all while nobody looks.
  async function poll(id, after) {
    await new Promise((done) => setTimeout(done, after));
    const part = document.getElementById(id);
    if (!part?.dataset.poll) return;
    if (document.hidden) return poll(id, after);
    try {
      const fresh = (await pageAt(part.dataset.poll)).getElementById(id);
      if (fresh) part.replaceWith(document.adoptNode(fresh));
      if (!fresh?.dataset.poll) return location.reload();
    } catch { /* the line is down: ask again */ }
    poll(id, Math.min(after * 1.3, 10_000));
  }
  for (const part of all('[data-poll]')) poll(part.id, 1000);
}
