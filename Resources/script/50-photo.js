// A photo is made small before it is sent: the register needs a face, not a poster.
{
  const [width, height] = [480, 640];
  document.addEventListener('change', async (event) => {
    const input = event.target.closest?.('input[type=file][name=photo]');
    const file = input?.files[0];
    if (!file || !window.createImageBitmap) return;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
      const scale = Math.min(1, width / picture.width, height / picture.height);
      if (scale === 1 && file.size < 200_000) return;
      const canvas = make('canvas', { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
      const held = new DataTransfer();
      held.items.add(new File([blob], file.name, { type: 'image/jpeg' }));
      input.files = held.files;
    } catch { /* no picture: the server says what is wrong */ }
  });
}
