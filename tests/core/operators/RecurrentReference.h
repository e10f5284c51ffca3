// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace formulens {

/// RNN, GRU and LSTM as their ONNX definitions say it, number by number: an oracle that shares nothing with the
/// operators.
struct RecurrentReference
{
    using Numbers = std::vector<double>;
    using Scalar = std::function<double(double)>;

    std::string kind; ///< RNN, GRU, LSTM
    std::size_t inputs = 0;
    std::size_t hidden = 0;
    Numbers w; ///< of one direction, [gates * hidden, inputs]
    Numbers r;
    Numbers b; ///< [2 * gates * hidden], or empty
    Numbers p; ///< [3 * hidden], or empty
    Scalar f = [](double z) { return 1 / (1 + std::exp(-z)); };
    Scalar g = [](double z) { return std::tanh(z); };
    Scalar last = [](double z) { return std::tanh(z); };
    double clip = INFINITY;
    bool couplesForget = false;
    bool linearBeforeReset = false;

    /// One step for one sample.
    void step(const Numbers& x, Numbers& h, Numbers& c) const
    {
        if (kind == "RNN") {
            Numbers next(hidden);
            for (std::size_t j = 0; j < hidden; ++j)
                next[j] = f(clipped(input(0, j, x) + state(0, j, h)));
            h = next;
        } else if (kind == "GRU") {
            gru(x, h);
        } else {
            lstm(x, h, c);
        }
    }

private:
    std::size_t gates() const { return kind == "LSTM" ? 4 : kind == "GRU" ? 3 : 1; }
    double clipped(double z) const { return std::min(clip, std::max(-clip, z)); }
    double input(std::size_t gate, std::size_t j, const Numbers& x) const
    {
        double sum = b.empty() ? 0 : b[gate * hidden + j];
        for (std::size_t i = 0; i < inputs; ++i)
            sum += w[(gate * hidden + j) * inputs + i] * x[i];
        return sum;
    }
    double state(std::size_t gate, std::size_t j, const Numbers& h) const
    {
        double sum = b.empty() ? 0 : b[(gates() + gate) * hidden + j];
        for (std::size_t i = 0; i < hidden; ++i)
            sum += r[(gate * hidden + j) * hidden + i] * h[i];
        return sum;
    }
    double peephole(std::size_t gate, std::size_t j, double c) const
    {
        return p.empty() ? 0 : p[gate * hidden + j] * c;
    }

    void gru(const Numbers& x, Numbers& h) const
    {
        Numbers z(hidden), reset(hidden), resetState(hidden), next(hidden);
        for (std::size_t j = 0; j < hidden; ++j) {
            z[j] = f(clipped(input(0, j, x) + state(0, j, h)));
            reset[j] = f(clipped(input(1, j, x) + state(1, j, h)));
            resetState[j] = reset[j] * h[j];
        }
        for (std::size_t j = 0; j < hidden; ++j) {
            const double ofState = linearBeforeReset ? reset[j] * state(2, j, h) : state(2, j, resetState);
            const double n = g(clipped(input(2, j, x) + ofState));
            next[j] = (1 - z[j]) * n + z[j] * h[j];
        }
        h = next;
    }

    void lstm(const Numbers& x, Numbers& h, Numbers& c) const
    {
        Numbers next(hidden);
        for (std::size_t j = 0; j < hidden; ++j) {
            const double i = f(clipped(input(0, j, x) + state(0, j, h) + peephole(0, j, c[j])));
            const double forget
                = couplesForget ? 1 - i : f(clipped(input(2, j, x) + state(2, j, h) + peephole(2, j, c[j])));
            const double candidate = g(clipped(input(3, j, x) + state(3, j, h)));
            c[j] = forget * c[j] + i * candidate;
            next[j] = f(clipped(input(1, j, x) + state(1, j, h) + peephole(1, j, c[j]))) * last(c[j]);
        }
        h = next;
    }
};

} // namespace formulens
