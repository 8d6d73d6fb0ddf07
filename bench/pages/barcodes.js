// Return, for each picture presented in the next so many milliseconds, when that was by the
// wall clock and how bright the middle of each cell of its two barcodes was.
([milliseconds, columns, rows, rowsInHeight]) => new Promise((resolve) => {
  const video = document.querySelector("video");
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const samples = [];
  const ends = performance.now() + milliseconds;
  const cells = () => {
    const { videoWidth: width, videoHeight: height } = video;
    const tall = Math.ceil((rows * height) / rowsInHeight);
    Object.assign(context.canvas, { width, height: tall });
    context.drawImage(video, 0, 0, width, tall, 0, 0, width, tall);
    const { data } = context.getImageData(0, 0, width, tall);
    const brightness = (row, column) => {
      const x = Math.floor(((column + 0.5) * width) / columns);
      const y = Math.floor(((row + 0.5) * height) / rowsInHeight);
      return data[4 * (y * width + x) + 1];
    };
    return Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (__, column) => brightness(row, column)));
  };
  const look = () => {
    samples.push([Date.now(), cells()]);
    if (performance.now() < ends) video.requestVideoFrameCallback(look);
    else resolve(samples);
  };
  video.requestVideoFrameCallback(look);
  setTimeout(() => resolve(samples), milliseconds + 1000); // a picture that stands still asks nobody back
})
