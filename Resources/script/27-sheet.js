// Sheets to fill in: Enter and the arrows go up and down a column, cells copied from a spreadsheet are spread, changed cells are marked and counted.
{
  const first = (select) => [...select.options].find((option) => option.defaultSelected)?.value ?? '';
  const isNew = (cell) => cell.value !== (cell.options ? first(cell) : cell.defaultValue);

  function put(cell, text) {
    const wanted = fold(text);
    const found = cell.options && [...cell.options].find((option) => [fold(option.text), option.value].includes(wanted));
    if (cell.options && !found) return false;
    cell.value = found ? found.value : text.trim();
    return true;
  }

  for (const sheet of all('[data-sheet]')) {
    const rows = all('tbody tr', sheet).map((row) => all('[data-cell]', row));
    const note = sheet.appendChild(make('p', { className: 'muted', hidden: true }));
    note.setAttribute('role', 'status');
    const placeOf = (cell) => {
      const row = rows.findIndex((cells) => cells.includes(cell));
      return [row, rows[row]?.indexOf(cell) ?? -1];
    };

    function mark() {
      const changed = rows.flat().filter((cell) => cell.classList.toggle('is-new', isNew(cell)));
      note.hidden = changed.length === 0;
      note.textContent = sheet.dataset.sheet.replace('#', changed.length);
    }

    sheet.addEventListener('input', mark);
    sheet.addEventListener('change', mark);
    sheet.addEventListener('keydown', (event) => {
      const cell = event.target.closest('[data-cell]'), isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
      const isUp = event.key === 'ArrowUp' || (event.key === 'Enter' && event.shiftKey);
      const isDown = event.key === 'ArrowDown' || (event.key === 'Enter' && !event.shiftKey);
      // The arrows of a list are its own.
      if (!cell || !isPlain || !(isUp || isDown) || (cell.options && event.key !== 'Enter')) return;
      event.preventDefault();
      const [row, column] = placeOf(cell), next = rows[row + (isUp ? -1 : 1)]?.[column];
      next?.focus();
      next?.select?.();
    });
    sheet.addEventListener('paste', (event) => {
      const text = event.clipboardData?.getData('text/plain') ?? '', cell = event.target.closest('[data-cell]');
      if (!cell || !/[\t\n]/.test(text.replace(/\r?\n$/, ''))) return;
      event.preventDefault();
      const [row, column] = placeOf(cell);
      for (const [down, line] of text.replace(/\r?\n$/, '').split(/\r?\n/).entries()) {
        for (const [right, value] of line.split('\t').entries()) {
          const target = rows[row + down]?.[column + right];
          if (target && put(target, value)) target.dispatchEvent(new Event('change', { bubbles: true }));
        }
      }
      cell.dispatchEvent(new Event('input', { bubbles: true }));
    });
    mark();
  }
}
