// Halves the red of every RGBA pixel, rounding up. One thread a pixel; R is the lowest byte of a little-endian word.
extern "C" __global__ void tint(unsigned int *pixels, unsigned int width, unsigned int height, unsigned int pitch)
{
    const unsigned int x = blockIdx.x * blockDim.x + threadIdx.x;
    const unsigned int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= width || y >= height)
        return;
    const size_t at = (size_t)y * pitch + x;
    const unsigned int pixel = pixels[at];
    pixels[at] = (pixel & 0xffffff00u) | (((pixel & 0xffu) + 1u) >> 1);
}
