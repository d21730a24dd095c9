// Forms: what is typed is kept in this tab until it has been saved, through an expired session too; never passwords.
{
  const unkept = ['password', 'hidden', 'file', 'submit', 'button'];
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !unkept.includes(field.type));
  const forms = words.visitor === undefined ? [] : all('form[method=post]:not([data-quiet])');
  const keyOf = (form) => `draft ${location.pathname} ${pathOf(form)}`;
  const drafts = () => Object.keys(sessionStorage).filter((key) => key.startsWith('draft '));
  const read = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const write = (key, draft) => { try { sessionStorage.setItem(key, JSON.stringify(draft)); } catch { /* full */ } };
  const isChoice = (field) => ['checkbox', 'radio'].includes(field.type);
  const changed = new Set();

  function save(form, isSent) {
    const values = fieldsOf(form).map((field) => [field.name, field.value, field.checked]);
    write(keyOf(form), { who: words.visitor, values, isSent });
  }

  function restore(form, draft) {
    const fields = fieldsOf(form);
    const differing = draft.values.map(([name, value, isOn], index) => ({ field: fields[index], name, value, isOn }))
      .filter(({ field, name, value, isOn }) => field?.name === name
        && (isChoice(field) ? field.value === value && field.checked !== isOn : field.value !== value));
    if (differing.length === 0) return;
    for (const { field, value, isOn } of differing) if (isChoice(field)) field.checked = isOn; else field.value = value;
    changed.add(form);
    const note = make('div', { className: 'flash info draft', role: 'status' });
    const onclick = () => { form.reset(); changed.delete(form); sessionStorage.removeItem(keyOf(form)); note.remove(); };
    note.append(
      make('div', { textContent: words.restored }),
      make('button', { className: 'button', type: 'button', textContent: words.discard, onclick }));
    form.prepend(note);
  }

  // Another person finds nothing here; what was saved is let go; a sign-in page, and the offer after it, say that it was not.
  const isUnsent = words.visitor === undefined || document.querySelector('[data-unsent]');
  for (const key of drafts()) {
    const draft = read(key), isHere = forms.some((form) => keyOf(form) === key);
    const isSaved = draft?.isSent && (!isHere || document.querySelector('main > .flash.good'));
    if (isUnsent) write(key, { ...draft, isSent: false });
    else if (draft?.who !== words.visitor || isSaved) sessionStorage.removeItem(key);
  }
  for (const form of forms) {
    const draft = read(keyOf(form));
    if (draft) restore(form, draft);
    if (document.querySelector('.summary')) changed.add(form);
  }

  let waiting;
  document.addEventListener('input', (event) => {
    const form = event.target.form;
    if (!forms.includes(form) || unkept.includes(event.target.type)) return;
    changed.add(form);
    clearTimeout(waiting);
    waiting = setTimeout(save, 300, form, false);
  });
  document.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(waiting);
    if (forms.includes(event.target)) save(event.target, true);
    changed.delete(event.target);
    // A form that a sign-in carried along is sent again from a page of its own.
    const isAgain = isUnsent ? drafts().filter((key) => key.endsWith(` ${pathOf(event.target)}`)) : [];
    for (const key of isAgain) write(key, { ...read(key), isSent: true });
    if (pathOf(event.target) === '/logout') for (const key of drafts()) sessionStorage.removeItem(key);
  });
  window.addEventListener('beforeunload', (event) => { if (changed.size > 0) event.preventDefault(); });

  // A day as people type it: 5/9, 5-9-2026, 05092026. What is no day stays as typed; the server says why.
  document.addEventListener('change', (event) => {
    const field = event.target, isDate = field.matches?.('[data-date]');
    const typed = (isDate ? field.value : '').trim().replace(/^(\d\d)(\d\d)(\d{4})$/, '$1/$2/$3');
    const [, day, month, year] = typed.match(/^(\d\d?)[/.\- ](\d\d?)(?:[/.\- ](\d{4}))?$/) ?? [];
    if (!day) return;
    const full = Number(year ?? (field.dataset.date || new Date().getFullYear()));
    if (new Date(Date.UTC(full, month - 1, day)).getUTCMonth() !== month - 1) return;
    field.value = `${day.padStart(2, '0')}/${month.padStart(2, '0')}/${full}`;
  });

  // Files, once chosen or dropped, are named with their sizes.
  document.addEventListener('change', (event) => {
    const names = event.target.type === 'file' && event.target.closest('.drop')?.querySelector('.files');
    const line = (file) => make('li', { textContent: `${file.name} · ${Math.ceil(file.size / 1024)} KB` });
    if (names) names.replaceChildren(...[...event.target.files].map(line));
  });
}
