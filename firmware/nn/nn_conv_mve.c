/* CONV_2D over positions on Helium: nn_tiles does the work. */
#include "nn.h"

#if NN_MVE

#include <stddef.h>

#include "nn_tiles.h"

_Static_assert(offsetof(nn_tiles_t, least) == 64 && offsetof(nn_tiles_t, negative) == 96 &&
                   offsetof(nn_tiles_t, pooled) == 100 && offsetof(nn_tiles_t, x0) == 104 &&
                   offsetof(nn_tiles_t, end) == 128 && offsetof(nn_tiles_t, to_next) == 144,
               "nn_tiles_mve.S knows these offsets");

void nn_conv(const nn_matrix_t *matrix, const nn_act *x, int32_t step, int32_t positions,
             int32_t pool, nn_act *y, int16_t *scratch)
{
    (void)scratch;
    const int32_t rows = matrix->rows, groups = matrix->groups;
    const int32_t pairs = positions * pool / 2, whole = groups / 4 * 16;
    nn_tiles_t tiles; /* no initialiser: clang would call memset for the rest of it */
    tiles.least = vdupq_n_s32(matrix->least);
    tiles.most = vdupq_n_s32(matrix->most);
    tiles.negative = nn_negative(matrix->below_zero);
    tiles.pooled = pool == 2;
    tiles.groups_less_4 = groups - 4;
    for (int32_t row = 0; row < rows; row += 4) {
        const int32_t here = rows - row;
        tiles.to = nn_lanes(&matrix->channels[row], 1, vctp32q((uint32_t)here));
        tiles.rows_here = here;
        tiles.ab = matrix->weights + row * groups;
        tiles.cd = here > 2 ? tiles.ab + 2 * groups : tiles.ab; /* otherwise unused */
        tiles.x0 = x;
        tiles.x1 = x + step;
        tiles.end = x + 2 * step * pairs;
        tiles.y = y + row;
        tiles.advance = 2 * step - whole;
        tiles.to_second = pool == 2 ? 0 : rows;
        tiles.to_next = rows;
        if (pairs > 0) {
            nn_tiles(&tiles);
        }
        if (pool == 1 && (positions & 1) != 0) { /* the last is paired with itself */
            tiles.x0 = tiles.x1 = tiles.end;
            tiles.advance = -whole;
            tiles.to_second = 0;
            nn_tiles(&tiles);
        }
    }
}

#endif
