/* Lines of a grid, or every n-th position of a line, brought beside each other and back. */
#include "nn.h"

static inline void copied(const nn_act *x, int32_t count, nn_act *y)
{
    for (int32_t i = 0; i < count; i++) {
        y[i] = x[i];
    }
}

void nn_split(const nn_lines_t *lines, const nn_act *x, int8_t fill, nn_act *y)
{
    const int32_t channels = lines->channels;
    for (int32_t line = 0; line < lines->lines; line++, x += lines->line_step) {
        for (int32_t phase = 0; phase < lines->dilation; phase++) {
            int32_t position = phase - lines->pad;
            for (int32_t left = lines->positions; left > 0; left--, y += channels) {
                if (position >= 0 && position < lines->size) {
                    copied(x + position * lines->step, channels, y);
                } else {
                    nn_fill(y, channels, fill);
                }
                position += lines->dilation;
            }
        }
    }
}

void nn_merge(const nn_lines_t *lines, const nn_act *x, nn_act *y)
{
    const int32_t channels = lines->channels;
    for (int32_t line = 0; line < lines->lines; line++, y += lines->line_step) {
        for (int32_t phase = 0; phase < lines->dilation; phase++) {
            int32_t position = phase;
            for (int32_t left = lines->positions; left > 0; left--, x += channels) {
                if (position < lines->size) {
                    copied(x, channels, y + position * lines->step);
                }
                position += lines->dilation;
            }
        }
    }
}
