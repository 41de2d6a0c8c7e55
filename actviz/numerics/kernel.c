/* What the recorder does to every value of a layer, in one pass over runs of rows that stay in the cache.

   Plain C that knows nothing of Python: numerics/kernel.py loads it, checks what it is given, and does without where it
   is not there. Counts are equal to numpy's; sums are taken in lanes and then in double, so that they differ from numpy's
   by rounding. Every function is made for float and for double, and on x86-64 for processors with and without AVX2.

   Functions that add what they find to what was there add nothing where a value is not finite, or squares leave the
   range of their precision, and say so: there numpy takes its time. */

#ifndef T /* what is the same for float and double; the passes follow below */

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(ONE_KIND)
#define CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CLONES
#endif
#if defined(__GNUC__) && !defined(__clang__)
#define PART CLONES static __attribute__((noinline)) /* of a pass, over some of its rows */
#else
#define PART CLONES static
#endif

#ifndef SOURCE
#define SOURCE 0u
#endif
/* Of which source this is made: another's functions may take other arguments. */
uint32_t source(void) { return SOURCE; }

#define LANES 16   /* sums that run beside each other */
#define RUN 64     /* rows at most that are summed in the precision of the values, before they are added up in double */
#define NEAR 16384 /* values of such a run, so that they are read once from far away */
#define SOME 4096  /* values that stay in the nearest cache from one loop over them to the next */
#define APART 16   /* counts between tables, so that the same bin of two does not look like the same place */
#define TABLES 4   /* of counts, taken in turn: the same bin again need not wait for the last time */

/* How values are numbered: by the leading bits of a float, or by the last of number + 1
   edges that is no greater, which is at 2 + (value - low) * inverse or beside it; the first and the last are infinite. A
   table says what codes stand for. Without one in equal
   bins between two edges: floor(value * inverse) - first is a bin's number, exactly. */
typedef struct {
    double inverse, low, high;
    int64_t first, number;
    const int32_t *targets;
    int32_t shift, bits;
    const void *edges;
} Bins;

static inline int64_t codes_of(const Bins *bins)
{
    return bins->targets && !bins->edges ? (int64_t)1 << bins->bits : bins->number + 1;
}

static inline int precise(double squares) { return squares > 1e-30 && squares < 1e30; }

static inline int64_t run_of(int64_t cols)
{
    int64_t rows = NEAR / (cols ? cols : 1);
    return rows < 4 ? 4 : rows < RUN ? rows : RUN;
}

enum { TANH = 1, LOGISTIC, POSITIVE }; /* whose slopes are made here, bit by bit as numpy makes them */

/* Adds what the tables hold to counts: of each bin, then below, above, not finite. */
static void fold(const Bins *bins, const uint32_t *tables, int64_t *counts)
{
    int64_t size = codes_of(bins), next = size + APART;
    for (int64_t j = 0; j < size; j++) {
        int64_t found = (int64_t)tables[j] + tables[next + j] + tables[2 * next + j] + tables[3 * next + j];
        /* what lies on the last of the edges belongs to the last bin */
        if (found) counts[bins->targets ? bins->targets[j] : j < bins->number ? j : bins->number - 1] += found;
    }
}

#define JOINED(name, suffix) name##_##suffix
#define NAMED(name, suffix) JOINED(name, suffix)
#define PASS(name) NAMED(name, SUFFIX)

#define T float
#define U uint32_t
#define I int32_t
#define SUFFIX float
#define FLOOR floorf
#include "kernel.c"
#undef T
#undef U
#undef I
#undef SUFFIX
#undef FLOOR
#define T double
#define U uint64_t
#define I int64_t
#define SUFFIX double
#define FLOOR floor
#include "kernel.c"

#else

/* Adds deviations of two rows from an origin to their sums by column; returns their squares, and adds the rows' own to
   lengths. Of some thousand columns: wider rows are summed in parts. */
PART double PASS(sum_rows)(const T *restrict one, const T *restrict two, int64_t cols, const T *restrict origin,
                           T *restrict sum, double *restrict lengths)
{
    T dd[LANES] = {0}, xx[LANES] = {0}, yy[LANES] = {0}, d2 = 0, x2 = 0, y2 = 0;
    int64_t j = 0;
    for (; j + LANES <= cols; j += LANES)
        for (int k = 0; k < LANES; k++) {
            T x = one[j + k], y = two[j + k], o = origin[j + k], d = x - o, e = y - o;
            sum[j + k] += d + e;
            dd[k] += d * d + e * e;
            xx[k] += x * x;
            yy[k] += y * y;
        }
    for (; j < cols; j++) {
        T x = one[j], y = two[j], d = x - origin[j], e = y - origin[j];
        sum[j] += d + e;
        d2 += d * d + e * e;
        x2 += x * x;
        y2 += y * y;
    }
    for (int k = 0; k < LANES; k++) {
        d2 += dd[k];
        x2 += xx[k];
        y2 += yy[k];
    }
    lengths[0] += x2;
    lengths[1] += y2;
    return d2;
}

/* Whether all values of a row are 0, and not only too small for their squares. */
PART int PASS(blank)(const T *restrict row, int64_t cols)
{
    int64_t other = 0;
    for (int64_t j = 0; j < cols; j++) other += row[j] != 0;
    return other == 0;
}

/* Adds two rows, over their lengths, to sums by column: r h = r (h - origin) + r origin is exact for equal rows, unless
   the origin dwarfs some of them. */
PART void PASS(turn_rows)(const T *restrict one, const T *restrict two, int64_t cols, const T *restrict origin, T x, T y,
                          T *restrict unit)
{
    if (origin)
        for (int64_t j = 0; j < cols; j++) unit[j] += x * (one[j] - origin[j]) + y * (two[j] - origin[j]);
    else
        for (int64_t j = 0; j < cols; j++) unit[j] += x * one[j] + y * two[j];
}

/* Adds sums of one run of rows, of deviations from an origin of shape (cols,): part[0] squares, then by column; where
   extremes are asked for, then rows over their lengths by column. These are the least and the greatest squared length of
   a row that is not 0 in every column, and how many rows are. scratch holds 3 * cols values. */
static void PASS(sum_run)(const T *restrict x, int64_t rows, int64_t cols, const T *restrict origin, double origin_norm,
                          T *restrict scratch, double *restrict part, double *restrict extremes)
{
    T *sum = scratch, *unit = scratch + cols, *none = scratch + 2 * cols;
    double squares = 0.0, origins = 0.0;
    memset(scratch, 0, 2 * (size_t)cols * sizeof(T));
    memcpy(none, origin, (size_t)cols * sizeof(T)); /* beside the last of an odd number of rows: deviates by 0 */
    for (int64_t i = 0; i < rows; i += 2) {
        const T *one = x + i * cols, *two = i + 1 < rows ? one + cols : none;
        double lengths[2] = {0.0, 0.0};
        for (int64_t j = 0; j < cols; j += SOME)
            squares += PASS(sum_rows)(one + j, two + j, cols - j < SOME ? cols - j : SOME, origin + j, sum + j, lengths);
        if (!extremes) continue;
        T scales[2] = {0, 0};
        int near = 1;
        for (int k = 0; k < (i + 1 < rows ? 2 : 1); k++) {
            if (lengths[k] == 0.0 && PASS(blank)(k ? two : one, cols)) {
                extremes[2] += 1.0;
                continue;
            }
            extremes[0] = lengths[k] < extremes[0] ? lengths[k] : extremes[0];
            extremes[1] = lengths[k] <= extremes[1] ? extremes[1] : lengths[k]; /* NaN too */
            scales[k] = (T)(1.0 / sqrt(lengths[k]));
            near &= scales[k] * origin_norm < 100.0;
        }
        if (near) origins += (double)scales[0] + scales[1];
        PASS(turn_rows)(one, two, cols, near ? origin : 0, scales[0], scales[1], unit);
    }
    part[0] += squares;
    for (int64_t j = 0; j < cols; j++) part[1 + j] += sum[j];
    if (extremes)
        for (int64_t j = 0; j < cols; j++) part[1 + cols + j] += unit[j] + origins * origin[j];
}

/* Takes the least and the greatest value, and how many are zero, into extent; returns whether all are finite. */
PART int PASS(extend)(const T *restrict x, int64_t number, double *restrict extent)
{
    T low[LANES], high[LANES], odd[LANES] = {0};
    int64_t zeros = 0, i = 0;
    for (int k = 0; k < LANES; k++) low[k] = (T)INFINITY, high[k] = -(T)INFINITY;
    while (i + LANES <= number) {
        int64_t end = i + 4096 < number ? i + 4096 : number;
        int32_t none[LANES] = {0};
        for (; i + LANES <= end; i += LANES)
            for (int k = 0; k < LANES; k++) {
                T v = x[i + k];
                low[k] = v < low[k] ? v : low[k];
                high[k] = v > high[k] ? v : high[k];
                odd[k] += v - v;
                none[k] += v == 0;
            }
        for (int k = 0; k < LANES; k++) zeros += none[k];
        if (end == number) break;
    }
    for (; i < number; i++) {
        low[0] = x[i] < low[0] ? x[i] : low[0];
        high[0] = x[i] > high[0] ? x[i] : high[0];
        odd[0] += x[i] - x[i];
        zeros += x[i] == 0;
    }
    for (int k = 1; k < LANES; k++) {
        low[0] = low[k] < low[0] ? low[k] : low[0];
        high[0] = high[k] > high[0] ? high[k] : high[0];
        odd[0] += odd[k];
    }
    extent[0] = low[0] < extent[0] ? low[0] : extent[0];
    extent[1] = high[0] > extent[1] ? high[0] : extent[1];
    extent[2] += (double)zeros;
    return odd[0] == 0;
}

/* Counts values in tables, TABLES of as many codes as there are and APART; in equal bins all must lie. */
PART void PASS(tally)(const T *restrict x, int64_t number, const Bins *bins, uint32_t *restrict tables)
{
    int64_t next = codes_of(bins) + APART;
    uint32_t *a = tables, *b = a + next, *c = b + next, *d = c + next;
    T by = (T)bins->inverse;
    int32_t at[64], first = (int32_t)bins->first;
    if (bins->edges) {
        const T *edges = (const T *)bins->edges;
        T low = (T)bins->low, last = (T)(bins->number - 1); /* of the numbers of values below infinity */
        for (int64_t i = 0; i < number; i++) {
            T v = x[i], near = 2 + (v - low) * by;
            near = near > 1 ? near : 1; /* so is NaN */
            int32_t code = (int32_t)(near < last ? near : last);
            code += v >= edges[code + 1];
            code -= v < edges[code];
            tables[(i % TABLES) * next + (v == v ? code : 0)]++;
        }
        return;
    }
    if (bins->targets) {
        const U *codes = (const U *)x;
        int shift = bins->shift;
        int64_t i = 0;
        for (; i + TABLES <= number; i += TABLES) {
            a[codes[i] >> shift]++;
            b[codes[i + 1] >> shift]++;
            c[codes[i + 2] >> shift]++;
            d[codes[i + 3] >> shift]++;
        }
        for (; i < number; i++) a[codes[i] >> shift]++;
        return;
    }
    for (int64_t i = 0; i < number; i += 64) {
        int64_t some = number - i < 64 ? number - i : 64;
        if (some == 64)
            for (int k = 0; k < 64; k++) at[k] = (int32_t)FLOOR(x[i + k] * by) - first;
        else
            for (int k = 0; k < some; k++) at[k] = (int32_t)FLOOR(x[i + k] * by) - first;
        int k = 0;
        for (; k + TABLES <= some; k += TABLES) {
            a[at[k]]++;
            b[at[k + 1]]++;
            c[at[k + 2]]++;
            d[at[k + 3]]++;
        }
        for (; k < some; k++) a[at[k]]++;
    }
}

/* The sum of squares; adds how many are zero. */
PART double PASS(square)(const T *restrict x, int64_t number, int64_t *restrict zeros)
{
    double squares = 0.0;
    for (; number > SOME; number -= SOME, x += SOME) squares += PASS(square)(x, SOME, zeros);
    T xx[LANES] = {0}, x2 = 0;
    int32_t none = 0;
    int64_t i = 0;
    for (; i + LANES <= number; i += LANES)
        for (int k = 0; k < LANES; k++) xx[k] += x[i + k] * x[i + k];
    for (; i < number; i++) x2 += x[i] * x[i];
    for (int k = 0; k < LANES; k++) x2 += xx[k];
    for (i = 0; i < number; i++) none += x[i] == 0;
    *zeros += none;
    return squares + x2;
}

static int PASS(summed)(const double *restrict part, const double *restrict extremes)
{
    return precise(part[0]) && (extremes[0] > extremes[1] ? extremes[2] > 0.0 : precise(extremes[0]) && precise(extremes[1]));
}

/* Adds sums over an array of shape (rows, cols) to what sums holds, as sum_run tells them; part has its size. Returns how
   many rows are 0 in every column, which directions leave out, or -1 where nothing was added. */
int64_t PASS(moments)(const T *restrict x, int64_t rows, int64_t cols, const T *restrict origin, double origin_norm,
                         int directions, T *restrict scratch, double *restrict part, double *restrict sums)
{
    double extremes[3] = {INFINITY, -INFINITY, 0.0};
    int64_t size = 1 + (directions ? 2 : 1) * cols, run = run_of(cols);
    memset(part, 0, (size_t)size * sizeof(double));
    for (int64_t i = 0; i < rows; i += run)
        PASS(sum_run)(x + i * cols, rows - i < run ? rows - i : run, cols, origin, origin_norm, scratch, part,
                      directions ? extremes : 0);
    if (!(directions ? PASS(summed)(part, extremes) : precise(part[0]))) return -1;
    for (int64_t j = 0; j < size; j++) sums[j] += part[j];
    return (int64_t)extremes[2];
}

/* The same with directions, and counts; extent is of these values: least, greatest, and how many are zero. */
int64_t PASS(activations)(const T *restrict x, int64_t rows, int64_t cols, const T *restrict origin,
                             double origin_norm, T *restrict scratch, double *restrict part, double *restrict sums,
                             const Bins *bins, uint32_t *restrict tables, int64_t *restrict counts,
                             double *restrict extent)
{
    double extremes[3] = {INFINITY, -INFINITY, 0.0};
    int64_t size = 1 + 2 * cols, run = run_of(cols);
    memset(part, 0, (size_t)size * sizeof(double));
    memset(tables, 0, TABLES * (size_t)(codes_of(bins) + APART) * sizeof(uint32_t));
    extent[0] = INFINITY, extent[1] = -INFINITY, extent[2] = 0.0;
    for (int64_t i = 0; i < rows; i += run) {
        int64_t some = rows - i < run ? rows - i : run;
        if (!PASS(extend)(x + i * cols, some * cols, extent)) return -1;
        if (!bins->targets && !(extent[0] >= bins->low && extent[1] <= bins->high)) return -1;
        PASS(sum_run)(x + i * cols, some, cols, origin, origin_norm, scratch, part, extremes);
        PASS(tally)(x + i * cols, some * cols, bins, tables);
    }
    if (!PASS(summed)(part, extremes)) return -1;
    for (int64_t j = 0; j < size; j++) sums[j] += part[j];
    fold(bins, tables, counts);
    return (int64_t)extremes[2];
}

/* Counts of values, and the sum of their squares and how many are zero in told. */
int PASS(gradients)(const T *restrict x, int64_t number, const Bins *bins, uint32_t *restrict tables,
                           int64_t *restrict counts, double *restrict told)
{
    double squares = 0.0;
    int64_t zeros = 0;
    memset(tables, 0, TABLES * (size_t)(codes_of(bins) + APART) * sizeof(uint32_t));
    for (int64_t start = 0; start < number; start += SOME) {
        int64_t some = number - start < SOME ? number - start : SOME;
        squares += PASS(square)(x + start, some, &zeros);
        PASS(tally)(x + start, some, bins, tables);
    }
    if (!precise(squares)) return 0;
    fold(bins, tables, counts);
    told[0] = squares;
    told[1] = (double)zeros;
    return 1;
}

/* Adds counts of values; 0 where they do not all lie within equal bins. */
int PASS(count)(const T *restrict x, int64_t number, const Bins *bins, uint32_t *restrict tables,
                       int64_t *restrict counts)
{
    double extent[3] = {INFINITY, -INFINITY, 0.0};
    if (!bins->targets)
        if (!PASS(extend)(x, number, extent) || !(extent[0] >= bins->low && extent[1] <= bins->high)) return 0;
    memset(tables, 0, TABLES * (size_t)(codes_of(bins) + APART) * sizeof(uint32_t));
    PASS(tally)(x, number, bins, tables);
    fold(bins, tables, counts);
    return 1;
}

/* How many slopes are smaller than a limit; largest becomes their largest sizes by column. Bits of sizes are compared,
   which are in their order, and NaN beyond infinity. */
PART int64_t PASS(below)(const T *restrict x, int64_t rows, int64_t cols, T limit, I *restrict largest)
{
    const I size_bits = (I)((U)-1 >> 1);
    int64_t below = 0;
    I least = 0; /* NaN is above nothing */
    if (limit > 0) memcpy(&least, &limit, sizeof least);
    for (int64_t i = 0; i < rows; i++) {
        const I *restrict row = (const I *)(x + i * cols);
        I small = 0; /* of a row, which has fewer values than that holds */
        for (int64_t j = 0; j < cols; j++) {
            I size = row[j] & size_bits;
            small += size < least;
            largest[j] = size > largest[j] ? size : largest[j];
        }
        below += small;
    }
    return below;
}

/* flat[j] becomes 0 if the largest of column j is not below the least. */
PART void PASS(flatten)(const I *restrict largest, int64_t cols, T least, uint8_t *restrict flat)
{
    for (int64_t j = 0; j < cols; j++) {
        T size;
        memcpy(&size, largest + j, sizeof size);
        flat[j] &= size < least;
    }
}

/* How many slopes are smaller than a threshold; flat[j] becomes 0 if any of column j is not below the least. scratch
   holds cols values. */
int64_t PASS(slopes)(const T *restrict x, int64_t rows, int64_t cols, double threshold, double least,
                     uint8_t *restrict flat, T *restrict scratch)
{
    memset(scratch, 0, (size_t)cols * sizeof(T));
    int64_t below = PASS(below)(x, rows, cols, (T)threshold, (I *)scratch);
    PASS(flatten)((I *)scratch, cols, (T)least, flat);
    return below;
}

/* Puts slopes of an activation, of its values h, and their products with dh into dz: of tanh, of the logistic function,
   and of the positive part. */
PART void PASS(slope_of)(int kind, const T *restrict h, const T *restrict dh, int64_t number, T *restrict slope,
                         T *restrict dz)
{
    if (kind == TANH)
        for (int64_t j = 0; j < number; j++) dz[j] = dh[j] * (slope[j] = 1 - h[j] * h[j]);
    else if (kind == LOGISTIC)
        for (int64_t j = 0; j < number; j++) dz[j] = dh[j] * (slope[j] = h[j] * (1 - h[j]));
    else
        for (int64_t j = 0; j < number; j++) dz[j] = dh[j] * (slope[j] = h[j] > 0 ? (T)1 : (T)0);
}

/* Puts dh times the slope of an activation into dz, with what slopes and gradients tell; told[2] is what slopes does.
   Where it returns 0, dz and slopes are told, and of gradients nothing is added. scratch holds 2 * cols + SOME values. */
int PASS(backward)(int kind, const T *restrict h, const T *restrict dh, T *restrict dz, int64_t rows, int64_t cols,
                   double threshold, double least, uint8_t *restrict flat, T *restrict scratch, const Bins *bins,
                   uint32_t *restrict tables, int64_t *restrict counts, double *restrict told)
{
    I *largest = (I *)scratch;
    T *slope = scratch + cols;
    int64_t below = 0, zeros = 0, run = SOME / (cols ? cols : 1);
    double squares = 0.0;
    memset(scratch, 0, (size_t)cols * sizeof(T));
    memset(tables, 0, TABLES * (size_t)(codes_of(bins) + APART) * sizeof(uint32_t));
    run = run < 1 ? 1 : run;
    for (int64_t start = 0; start < rows; start += run) {
        int64_t some = rows - start < run ? rows - start : run, at = start * cols;
        PASS(slope_of)(kind, h + at, dh + at, some * cols, slope, dz + at);
        below += PASS(below)(slope, some, cols, (T)threshold, largest);
        squares += PASS(square)(dz + at, some * cols, &zeros);
        PASS(tally)(dz + at, some * cols, bins, tables);
    }
    PASS(flatten)(largest, cols, (T)least, flat);
    told[0] = squares;
    told[1] = (double)zeros;
    told[2] = (double)below;
    if (!precise(squares)) return 0;
    fold(bins, tables, counts);
    return 1;
}

/* The sum of values, of their squares, and how many are zero, all in double. */
CLONES void PASS(sizes)(const T *restrict x, int64_t number, double *restrict told)
{
    double sum[LANES] = {0}, squares[LANES] = {0};
    int64_t zeros = 0, i = 0;
    for (int64_t start = 0; start < number; start += SOME) {
        int64_t end = number - start < SOME ? number : start + SOME;
        int32_t none = 0;
        for (i = start; i + LANES <= end; i += LANES)
            for (int k = 0; k < LANES; k++) {
                double v = x[i + k];
                sum[k] += v;
                squares[k] += v * v;
            }
        for (; i < end; i++) {
            sum[0] += x[i];
            squares[0] += (double)x[i] * x[i];
        }
        for (i = start; i < end; i++) none += x[i] == 0;
        zeros += none;
    }
    for (int k = 1; k < LANES; k++) {
        sum[0] += sum[k];
        squares[0] += squares[k];
    }
    told[0] = sum[0];
    told[1] = squares[0];
    told[2] = (double)zeros;
}

/* The sum over units of |c|^(3/2), and of the same with the sign of c, the sum of cubes of a unit's values over a scale;
   units are columns, or rows. part holds as many values as there are units. */
CLONES void PASS(cubes)(const T *restrict x, int64_t rows, int64_t cols, int units_are_rows, double scale,
                        double *restrict part, double *restrict told)
{
    T by = (T)scale;
    int64_t units = units_are_rows ? rows : cols;
    memset(part, 0, (size_t)units * sizeof(double));
    for (int64_t i = 0; i < rows; i++) {
        const T *restrict row = x + i * cols;
        if (units_are_rows) {
            double sum[LANES] = {0};
            int64_t j = 0;
            for (; j + LANES <= cols; j += LANES)
                for (int k = 0; k < LANES; k++) {
                    T v = row[j + k] * by;
                    sum[k] += (double)(v * v * v);
                }
            for (; j < cols; j++) {
                T v = row[j] * by;
                sum[0] += (double)(v * v * v);
            }
            for (int k = 0; k < LANES; k++) part[i] += sum[k];
        } else
            for (int64_t j = 0; j < cols; j++) {
                T v = row[j] * by;
                part[j] += (double)(v * v * v);
            }
    }
    told[0] = told[1] = 0.0;
    for (int64_t j = 0; j < units; j++) {
        double size = fabs(part[j]), power = size * sqrt(size);
        told[0] += power;
        told[1] += part[j] < 0 ? -power : power;
    }
}

#endif
