/* What the recorder does to every value of a layer, in one pass over a block that is in the cache.

   Plain C that knows nothing of Python: numerics/kernel.py loads it, checks what it is given, and does without where it
   is not there. Counts are equal to numpy's; sums are taken in lanes and then in double, so that they differ from numpy's
   by rounding. Every function is made for float and for double, and on x86-64 for processors with and without AVX2. */

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
#define CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CLONES
#endif

#ifndef SOURCE
#define SOURCE 0u
#endif
/* Of which source this is made: another's functions may take other arguments. */
uint32_t source(void) { return SOURCE; }

#define LANES 16 /* sums that run beside each other */
#define RUN 64   /* rows summed in the precision of the values, before they are added up in double */
#define TABLES 4 /* of counts, taken in turn: the same bin again need not wait for the last time */

/* Sums over a block of shape (rows, cols), of deviations from an origin of shape (cols,).

   sums: of deviations by column. told: sum of squared deviations; least and greatest squared length of a row. Where
   direction is given: the sum of all rows, each divided by its length, by column. scratch holds 2 * cols values. */
#define MOMENTS(T, NAME)                                                                                               \
    CLONES void NAME(const T *restrict x, int64_t rows, int64_t cols, const T *restrict origin, double origin_norm, T *restrict scratch, \
                     double *restrict sums, double *restrict direction, double *restrict told)                         \
    {                                                                                                                  \
        T *sum = scratch, *unit = scratch + cols;                                                                      \
        double squares = 0.0, least = INFINITY, greatest = -INFINITY;                                                  \
        for (int64_t j = 0; j < cols; j++) sums[j] = 0.0;                                                              \
        if (direction)                                                                                                 \
            for (int64_t j = 0; j < cols; j++) direction[j] = 0.0;                                                     \
        for (int64_t start = 0; start < rows; start += RUN) {                                                          \
            int64_t end = start + RUN < rows ? start + RUN : rows;                                                     \
            double origins = 0.0;                                                                                      \
            memset(scratch, 0, 2 * (size_t)cols * sizeof(T));                                                          \
            for (int64_t i = start; i < end; i++) {                                                                    \
                const T *row = x + i * cols;                                                                           \
                T dd[LANES] = {0}, xx[LANES] = {0}, d2 = 0, x2 = 0;                                                    \
                int64_t j = 0;                                                                                         \
                for (; j + LANES <= cols; j += LANES)                                                                  \
                    for (int k = 0; k < LANES; k++) {                                                                  \
                        T d = row[j + k] - origin[j + k];                                                              \
                        sum[j + k] += d;                                                                               \
                        dd[k] += d * d;                                                                                \
                        xx[k] += row[j + k] * row[j + k];                                                              \
                    }                                                                                                  \
                for (; j < cols; j++) {                                                                                \
                    T d = row[j] - origin[j];                                                                          \
                    sum[j] += d;                                                                                       \
                    d2 += d * d;                                                                                       \
                    x2 += row[j] * row[j];                                                                             \
                }                                                                                                      \
                for (int k = 0; k < LANES; k++) {                                                                      \
                    d2 += dd[k];                                                                                       \
                    x2 += xx[k];                                                                                       \
                }                                                                                                      \
                squares += d2;                                                                                         \
                if (!direction) continue;                                                                              \
                least = x2 < least ? x2 : least;                                                                       \
                greatest = x2 <= greatest ? greatest : x2; /* NaN too */                                               \
                T scale = (T)(1.0 / sqrt((double)x2));                                                                 \
                /* r h = r (h - origin) + r origin is exact for equal rows, unless the origin dwarfs some of them */   \
                if (scale * origin_norm < 100.0) {                                                                     \
                    origins += scale;                                                                                  \
                    for (int64_t m = 0; m < cols; m++) unit[m] += scale * (row[m] - origin[m]);                        \
                } else                                                                                                 \
                    for (int64_t m = 0; m < cols; m++) unit[m] += scale * row[m];                                      \
            }                                                                                                          \
            for (int64_t j = 0; j < cols; j++) sums[j] += sum[j];                                                      \
            if (direction)                                                                                             \
                for (int64_t j = 0; j < cols; j++) direction[j] += unit[j] + origins * origin[j];                      \
        }                                                                                                              \
        told[0] = squares;                                                                                             \
        told[1] = least;                                                                                               \
        told[2] = greatest;                                                                                            \
    }

/* Least and greatest value, and how many are zero; told[3] is 0 where all are finite. Of others nothing is told. */
#define EXTENT(T, NAME)                                                                                                \
    CLONES void NAME(const T *restrict x, int64_t number, double *restrict told)                                       \
    {                                                                                                                  \
        T low[LANES], high[LANES], odd[LANES] = {0};                                                                   \
        int64_t zeros = 0, i = 0;                                                                                      \
        for (int k = 0; k < LANES; k++) low[k] = (T)INFINITY, high[k] = -(T)INFINITY;                                  \
        while (i + LANES <= number) {                                                                                  \
            int64_t end = i + 4096 < number ? i + 4096 : number;                                                       \
            int32_t none[LANES] = {0};                                                                                 \
            for (; i + LANES <= end; i += LANES)                                                                       \
                for (int k = 0; k < LANES; k++) {                                                                      \
                    T v = x[i + k];                                                                                    \
                    low[k] = v < low[k] ? v : low[k];                                                                  \
                    high[k] = v > high[k] ? v : high[k];                                                               \
                    odd[k] += v - v;                                                                                   \
                    none[k] += v == 0;                                                                                 \
                }                                                                                                      \
            for (int k = 0; k < LANES; k++) zeros += none[k];                                                          \
            if (end == number) break;                                                                                  \
        }                                                                                                              \
        for (; i < number; i++) {                                                                                      \
            low[0] = x[i] < low[0] ? x[i] : low[0];                                                                    \
            high[0] = x[i] > high[0] ? x[i] : high[0];                                                                 \
            odd[0] += x[i] - x[i];                                                                                     \
            zeros += x[i] == 0;                                                                                        \
        }                                                                                                              \
        for (int k = 1; k < LANES; k++) {                                                                              \
            low[0] = low[k] < low[0] ? low[k] : low[0];                                                                \
            high[0] = high[k] > high[0] ? high[k] : high[0];                                                           \
            odd[0] += odd[k];                                                                                          \
        }                                                                                                              \
        told[0] = low[0];                                                                                              \
        told[1] = high[0];                                                                                             \
        told[2] = (double)zeros;                                                                                       \
        told[3] = odd[0] == 0 ? 0.0 : 1.0;                                                                             \
    }

/* How many slopes are smaller than a threshold; where flat is given, flat[j] becomes 0 if any of column j is not below
   the least. largest holds cols values. */
#define SLOPES(T, MOST, NAME)                                                                                          \
    CLONES int64_t NAME(const T *restrict x, int64_t rows, int64_t cols, double threshold, double least,               \
                        uint8_t *restrict flat, T *restrict largest)                                                   \
    {                                                                                                                  \
        int64_t below = 0;                                                                                             \
        T limit = (T)threshold;                                                                                        \
        if (!flat) {                                                                                                   \
            for (int64_t i = 0; i < rows; i++) {                                                                       \
                int32_t small = 0; /* of a row, which has fewer values than that holds */                              \
                for (int64_t j = 0; j < cols; j++) small += (x[i * cols + j] < limit) & (-limit < x[i * cols + j]);    \
                below += small;                                                                                        \
            }                                                                                                          \
            return below;                                                                                              \
        }                                                                                                              \
        memset(largest, 0, (size_t)cols * sizeof(T));                                                                  \
        for (int64_t i = 0; i < rows; i++) {                                                                           \
            const T *restrict row = x + i * cols;                                                                      \
            int32_t small = 0;                                                                                         \
            for (int64_t j = 0; j < cols; j++) {                                                                       \
                T size = row[j] < 0 ? -row[j] : row[j];                                                                \
                size = size <= MOST ? size : (T)INFINITY; /* NaN too */                                                \
                small += size < limit;                                                                                 \
                largest[j] = size > largest[j] ? size : largest[j];                                                    \
            }                                                                                                          \
            below += small;                                                                                            \
        }                                                                                                              \
        for (int64_t j = 0; j < cols; j++) flat[j] &= largest[j] < (T)least;                                           \
        return below;                                                                                                  \
    }

/* Counts of values by the leading bits of a float; tables has room for TABLES of 1 << bits each. */
#define CODES(U, NAME)                                                                                                 \
    CLONES void NAME(const U *restrict x, int64_t number, int shift, int bits, uint32_t *restrict tables, int64_t *restrict counts) \
    {                                                                                                                  \
        int64_t size = (int64_t)1 << bits, i = 0;                                                                      \
        memset(tables, 0, TABLES * (size_t)size * sizeof(uint32_t));                                                   \
        uint32_t *a = tables, *b = a + size, *c = b + size, *d = c + size;                                             \
        for (; i + TABLES <= number; i += TABLES) {                                                                    \
            a[x[i] >> shift]++;                                                                                        \
            b[x[i + 1] >> shift]++;                                                                                    \
            c[x[i + 2] >> shift]++;                                                                                    \
            d[x[i + 3] >> shift]++;                                                                                    \
        }                                                                                                              \
        for (; i < number; i++) a[x[i] >> shift]++;                                                                    \
        for (int64_t j = 0; j < size; j++) counts[j] += (int64_t)a[j] + b[j] + c[j] + d[j];                            \
    }

/* Counts of values that all lie within equal bins; floor(value * inverse) - from is a bin's number, exactly. */
#define LINEAR(T, FLOOR, NAME)                                                                                         \
    CLONES void NAME(const T *restrict x, int64_t number, double inverse, int32_t from, int64_t size, uint32_t *restrict tables, \
                     int64_t *restrict counts)                                                                         \
    {                                                                                                                  \
        T by = (T)inverse;                                                                                             \
        memset(tables, 0, TABLES * (size_t)size * sizeof(uint32_t));                                                   \
        uint32_t *a = tables, *b = a + size, *c = b + size, *d = c + size;                                             \
        int32_t at[64];                                                                                                \
        for (int64_t i = 0; i < number; i += 64) {                                                                     \
            int64_t some = number - i < 64 ? number - i : 64;                                                          \
            if (some == 64)                                                                                            \
                for (int k = 0; k < 64; k++) at[k] = (int32_t)FLOOR(x[i + k] * by) - from;                             \
            else                                                                                                       \
                for (int k = 0; k < some; k++) at[k] = (int32_t)FLOOR(x[i + k] * by) - from;                           \
            int k = 0;                                                                                                 \
            for (; k + TABLES <= some; k += TABLES) {                                                                  \
                a[at[k]]++;                                                                                            \
                b[at[k + 1]]++;                                                                                        \
                c[at[k + 2]]++;                                                                                        \
                d[at[k + 3]]++;                                                                                        \
            }                                                                                                          \
            for (; k < some; k++) a[at[k]]++;                                                                          \
        }                                                                                                              \
        for (int64_t j = 0; j < size; j++) counts[j] += (int64_t)a[j] + b[j] + c[j] + d[j];                            \
    }

MOMENTS(float, moments_float)
MOMENTS(double, moments_double)
EXTENT(float, extent_float)
EXTENT(double, extent_double)
SLOPES(float, FLT_MAX, slopes_float)
SLOPES(double, DBL_MAX, slopes_double)
CODES(uint32_t, codes_float)
CODES(uint64_t, codes_double)
LINEAR(float, floorf, linear_float)
LINEAR(double, floor, linear_double)
