// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/GraphBuilder.h"
#include "core/operators/NodeContext.h"

namespace formulens {

/// One step of a recurrent layer, drawn in plain operators: the one definition of RNN, GRU and LSTM. The operators
/// unroll it; the view of a network as difference equations puts it in their place.
///
///   RNN   h' = f(W x + R h + b)
///   GRU   z = f(W_z x + R_z h + b_z),  r = f(W_r x + R_r h + b_r),  h' = (1 - z) n + z h
///         n = g(W_n x + R_n (r h) + b_n),  or with linear_before_reset  n = g(W_n x + b_n + r (R_n h + c_n))
///   LSTM  i = f(W_i x + R_i h + P_i c + b_i),  f likewise,  g = g(W_g x + R_g h + b_g),  c' = f c + i g,
///         o = f(W_o x + R_o h + P_o c' + b_o),  h' = o h(c')
///
/// Products of vectors are element by element.
struct RecurrentCell
{
    enum class Kind
    {
        Rnn,
        Gru,
        Lstm,
    };

    struct Activation
    {
        std::string operatorName; ///< of ONNX; "Affine" is alpha x + beta, "ScaledTanh" is alpha tanh(beta x)
        double alpha = 0;
        double beta = 0;
    };

    Kind kind = Kind::Rnn;
    std::int64_t inputSize = 0;
    std::int64_t hiddenSize = 0;
    std::vector<Activation> activations; ///< f, g, h as far as the kind has them
    std::optional<double> clip; ///< of what goes into the activations of the gates
    bool couplesForget = false; ///< LSTM: f = 1 - i
    bool linearBeforeReset = false; ///< GRU

    std::int64_t gateCount() const { return kind == Kind::Lstm ? 4 : kind == Kind::Gru ? 3 : 1; }
};

struct RecurrentWeights
{
    TensorIndex input; ///< [gates * hidden, inputs], gates in ONNX's order
    TensorIndex recurrence; ///< [gates * hidden, hidden]
    std::optional<TensorIndex> bias; ///< [2 * gates * hidden]
    std::optional<TensorIndex> peepholes; ///< LSTM: [3 * hidden], of i, o and f
};

struct RecurrentState
{
    TensorIndex h; ///< [batch, hidden]
    std::optional<TensorIndex> c; ///< LSTM
};

/// Draws the step from `before` to the state that is returned, with x of shape [batch, inputs]. Its tensors are called
/// i, f, o, g and so on behind the prefix, which also stands before the symbols.
RecurrentState drawStep(GraphBuilder& graph, const RecurrentCell& cell, const RecurrentWeights& weights, TensorIndex x,
    const RecurrentState& before, const std::string& prefix = {}, const std::string& suffixOfSymbols = {});

/// What the attributes of a node say of its directions, forward first. Throws OperatorError.
std::vector<RecurrentCell> recurrentCells(const NodeContext& node);

/// Which way through the sequence.
enum class RecurrentDirection
{
    Forward,
    Reverse,
};
std::vector<RecurrentDirection> recurrentDirections(const NodeContext& node);

/// The rows [from, from + count) of a matrix or list: a constant where it is one.
TensorIndex rowsOf(
    GraphBuilder& graph, TensorIndex tensor, std::int64_t from, std::int64_t count, const std::string& name);

} // namespace formulens
