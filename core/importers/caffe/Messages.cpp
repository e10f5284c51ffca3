// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/caffe/Messages.h"

#include "core/base/Numerals.h"

#include <algorithm>
#include <array>

namespace formulens::caffe {

namespace {

using enum MessageField::Kind;
using protozero::pbf_wire_type;

/// A function that gives a message's fields, so that messages may name each other.
#define CAFFE_MESSAGE(name, ...)                                                                                       \
    MessageFields name()                                                                                               \
    {                                                                                                                  \
        static constexpr MessageField fields[] = {__VA_ARGS__};                                                        \
        return fields;                                                                                                 \
    }

CAFFE_MESSAGE(shapeOfBlob, {1, "dim", Integer})
CAFFE_MESSAGE(netState, {1, "phase", Integer}, {2, "level", Integer}, {3, "stage", Text})
CAFFE_MESSAGE(stateRule, {1, "phase", Integer}, {2, "min_level", Integer}, {3, "max_level", Integer},
    {4, "stage", Text}, {5, "not_stage", Text})
CAFFE_MESSAGE(
    sharing, {1, "name", Text}, {2, "share_mode", Ignored}, {3, "lr_mult", Ignored}, {4, "decay_mult", Ignored})
CAFFE_MESSAGE(transformation, {1, "scale", Real}, {2, "mirror", Ignored}, {3, "crop_size", Integer},
    {4, "mean_file", Text}, {5, "mean_value", Real}, {6, "force_color", Ignored}, {7, "force_gray", Ignored})
CAFFE_MESSAGE(argmax, {1, "out_max_val", Integer}, {2, "top_k", Integer}, {3, "axis", Integer})
CAFFE_MESSAGE(batchNorm, {1, "use_global_stats", Integer}, {2, "moving_average_fraction", Ignored}, {3, "eps", Real})
CAFFE_MESSAGE(bias, {1, "axis", Integer}, {2, "num_axes", Integer}, {3, "filler", Ignored})
CAFFE_MESSAGE(clip, {1, "min", Real}, {2, "max", Real})
CAFFE_MESSAGE(concat, {1, "concat_dim", Integer}, {2, "axis", Integer})
CAFFE_MESSAGE(convolution, {1, "num_output", Integer}, {2, "bias_term", Integer}, {3, "pad", Integer},
    {4, "kernel_size", Integer}, {5, "group", Integer}, {6, "stride", Integer}, {7, "weight_filler", Ignored},
    {8, "bias_filler", Ignored}, {9, "pad_h", Integer}, {10, "pad_w", Integer}, {11, "kernel_h", Integer},
    {12, "kernel_w", Integer}, {13, "stride_h", Integer}, {14, "stride_w", Integer}, {15, "engine", Ignored},
    {16, "axis", Integer}, {17, "force_nd_im2col", Ignored}, {18, "dilation", Integer})
CAFFE_MESSAGE(crop, {1, "axis", Integer}, {2, "offset", Integer})
CAFFE_MESSAGE(data, {1, "source", Ignored}, {2, "scale", Real}, {3, "mean_file", Text}, {4, "batch_size", Integer},
    {5, "crop_size", Integer})
CAFFE_MESSAGE(eltwise, {1, "operation", Integer}, {2, "coeff", Real}, {3, "stable_prod_grad", Ignored})
CAFFE_MESSAGE(elu, {1, "alpha", Real})
CAFFE_MESSAGE(embed, {1, "num_output", Integer}, {2, "input_dim", Integer}, {3, "bias_term", Integer},
    {4, "weight_filler", Ignored}, {5, "bias_filler", Ignored})
/// Of Exp and Log.
CAFFE_MESSAGE(base, {1, "base", Real}, {2, "scale", Real}, {3, "shift", Real})
CAFFE_MESSAGE(flatten, {1, "axis", Integer}, {2, "end_axis", Integer})
CAFFE_MESSAGE(innerProduct, {1, "num_output", Integer}, {2, "bias_term", Integer}, {3, "weight_filler", Ignored},
    {4, "bias_filler", Ignored}, {5, "axis", Integer}, {6, "transpose", Integer})
CAFFE_MESSAGE(input, {1, "shape", Message, shapeOfBlob})
CAFFE_MESSAGE(lrn, {1, "local_size", Integer}, {2, "alpha", Real}, {3, "beta", Real}, {4, "norm_region", Integer},
    {5, "k", Real}, {6, "engine", Ignored})
CAFFE_MESSAGE(
    memoryData, {1, "batch_size", Integer}, {2, "channels", Integer}, {3, "height", Integer}, {4, "width", Integer})
CAFFE_MESSAGE(mvn, {1, "normalize_variance", Integer}, {2, "across_channels", Integer}, {3, "eps", Real})
CAFFE_MESSAGE(normalize, {1, "across_spatial", Integer}, {2, "scale_filler", Ignored}, {3, "channel_shared", Integer},
    {4, "eps", Real})
CAFFE_MESSAGE(parameter, {1, "shape", Message, shapeOfBlob})
CAFFE_MESSAGE(permute, {1, "order", Integer})
CAFFE_MESSAGE(pooling, {1, "pool", Integer}, {2, "kernel_size", Integer}, {3, "stride", Integer}, {4, "pad", Integer},
    {5, "kernel_h", Integer}, {6, "kernel_w", Integer}, {7, "stride_h", Integer}, {8, "stride_w", Integer},
    {9, "pad_h", Integer}, {10, "pad_w", Integer}, {11, "engine", Ignored}, {12, "global_pooling", Integer},
    {13, "round_mode", Integer})
CAFFE_MESSAGE(power, {1, "power", Real}, {2, "scale", Real}, {3, "shift", Real})
CAFFE_MESSAGE(prelu, {1, "filler", Ignored}, {2, "channel_shared", Integer})
CAFFE_MESSAGE(reduction, {1, "operation", Integer}, {2, "axis", Integer}, {3, "coeff", Real})
CAFFE_MESSAGE(relu, {1, "negative_slope", Real}, {2, "engine", Ignored})
CAFFE_MESSAGE(reshape, {1, "shape", Message, shapeOfBlob}, {2, "axis", Integer}, {3, "num_axes", Integer})
CAFFE_MESSAGE(scale, {1, "axis", Integer}, {2, "num_axes", Integer}, {3, "filler", Ignored}, {4, "bias_term", Integer},
    {5, "bias_filler", Ignored})
CAFFE_MESSAGE(shuffle, {1, "group", Integer})
CAFFE_MESSAGE(slice, {1, "slice_dim", Integer}, {2, "slice_point", Integer}, {3, "axis", Integer})
CAFFE_MESSAGE(softmax, {1, "engine", Ignored}, {2, "axis", Integer})
CAFFE_MESSAGE(swish, {1, "beta", Real})
CAFFE_MESSAGE(threshold, {1, "threshold", Real})
CAFFE_MESSAGE(tile, {1, "axis", Integer}, {2, "tiles", Integer})

constexpr std::uint64_t costOf(const ProtobufEntry& entry)
{
    return 2 * sizeof entry + entry.name.size() + entry.text.size();
}

class EntryReader
{
public:
    EntryReader(std::vector<ProtobufEntry>& entries, MemoryBudget& budget) : m_entries(entries), m_budget(budget) { }

    void add(const MessageField& row, const ProtobufField& field)
    {
        switch (row.kind) {
        case Integer:
            return field.eachInteger([&](std::int64_t value) { addWord(row.name, std::to_string(value)); });
        case Real:
            return addReals(row.name, field.fixed(pbf_wire_type::fixed32));
        case Text:
            return addEntry({std::string(row.name), ProtobufEntry::Kind::Text, field.text(), {}, 0});
        case Message:
            return addEntry({std::string(row.name), ProtobufEntry::Kind::Message, {},
                entriesOf(field.bytes(), row.fields(), m_budget), 0});
        case Ignored:
        case Weights:
            return;
        }
    }

    void addUnknown(std::uint32_t number) { addWord("field " + std::to_string(number), "?"); }

private:
    void addReals(std::string_view name, std::string_view bytes)
    {
        for (std::size_t at = 0; at + sizeof(float) <= bytes.size(); at += sizeof(float)) {
            float value = 0;
            std::memcpy(&value, bytes.data() + at, sizeof value);
            addWord(name, shortest(static_cast<double>(value)));
        }
    }

    void addWord(std::string_view name, std::string value)
    {
        addEntry({std::string(name), ProtobufEntry::Kind::Word, std::move(value), {}, 0});
    }

    void addEntry(ProtobufEntry entry)
    {
        if (!m_budget.take(costOf(entry)))
            throw ImportError{
                ErrorCode::Limit, "its parameters take more memory than is taken for a file of this size"};
        m_entries.push_back(std::move(entry));
    }

    std::vector<ProtobufEntry>& m_entries;
    MemoryBudget& m_budget;
};

struct OldType
{
    std::int64_t number;
    std::string_view word;
    std::string_view name;
};

constexpr OldType oldTypes[] = {
    {1, "ACCURACY", "Accuracy"},
    {2, "BNLL", "BNLL"},
    {3, "CONCAT", "Concat"},
    {4, "CONVOLUTION", "Convolution"},
    {5, "DATA", "Data"},
    {6, "DROPOUT", "Dropout"},
    {7, "EUCLIDEAN_LOSS", "EuclideanLoss"},
    {8, "FLATTEN", "Flatten"},
    {9, "HDF5_DATA", "HDF5Data"},
    {10, "HDF5_OUTPUT", "HDF5Output"},
    {11, "IM2COL", "Im2col"},
    {12, "IMAGE_DATA", "ImageData"},
    {13, "INFOGAIN_LOSS", "InfogainLoss"},
    {14, "INNER_PRODUCT", "InnerProduct"},
    {15, "LRN", "LRN"},
    {16, "MULTINOMIAL_LOGISTIC_LOSS", "MultinomialLogisticLoss"},
    {17, "POOLING", "Pooling"},
    {18, "RELU", "ReLU"},
    {19, "SIGMOID", "Sigmoid"},
    {20, "SOFTMAX", "Softmax"},
    {21, "SOFTMAX_LOSS", "SoftmaxWithLoss"},
    {22, "SPLIT", "Split"},
    {23, "TANH", "TanH"},
    {24, "WINDOW_DATA", "WindowData"},
    {25, "ELTWISE", "Eltwise"},
    {26, "POWER", "Power"},
    {27, "SIGMOID_CROSS_ENTROPY_LOSS", "SigmoidCrossEntropyLoss"},
    {28, "HINGE_LOSS", "HingeLoss"},
    {29, "MEMORY_DATA", "MemoryData"},
    {30, "ARGMAX", "ArgMax"},
    {31, "THRESHOLD", "Threshold"},
    {32, "DUMMY_DATA", "DummyData"},
    {33, "SLICE", "Slice"},
    {34, "MVN", "MVN"},
    {35, "ABSVAL", "AbsVal"},
    {36, "SILENCE", "Silence"},
    {37, "CONTRASTIVE_LOSS", "ContrastiveLoss"},
    {38, "EXP", "Exp"},
    {39, "DECONVOLUTION", "Deconvolution"},
};

} // namespace

CAFFE_MESSAGE(netFields, {1, "name", Text}, {2, "layers", Weights}, {3, "input", Text}, {4, "input_dim", Integer},
    {5, "force_backward", Ignored}, {6, "state", Message, netState}, {7, "debug_info", Ignored},
    {8, "input_shape", Message, shapeOfBlob}, {100, "layer", Weights})

CAFFE_MESSAGE(layerFields, {1, "name", Text}, {2, "type", Text}, {3, "bottom", Text}, {4, "top", Text},
    {5, "loss_weight", Ignored}, {6, "param", Message, sharing}, {7, "blobs", Weights},
    {8, "include", Message, stateRule}, {9, "exclude", Message, stateRule}, {10, "phase", Ignored},
    {11, "propagate_down", Ignored}, {100, "transform_param", Message, transformation}, {101, "loss_param", Ignored},
    {102, "accuracy_param", Ignored}, {103, "argmax_param", Message, argmax}, {104, "concat_param", Message, concat},
    {106, "convolution_param", Message, convolution}, {107, "data_param", Message, data},
    {108, "dropout_param", Ignored}, {110, "eltwise_param", Message, eltwise}, {111, "exp_param", Message, base},
    {115, "image_data_param", Message, data}, {117, "inner_product_param", Message, innerProduct},
    {118, "lrn_param", Message, lrn}, {119, "memory_data_param", Message, memoryData}, {120, "mvn_param", Message, mvn},
    {121, "pooling_param", Message, pooling}, {122, "power_param", Message, power}, {123, "relu_param", Message, relu},
    {124, "sigmoid_param", Ignored}, {125, "softmax_param", Message, softmax}, {126, "slice_param", Message, slice},
    {127, "tanh_param", Ignored}, {128, "threshold_param", Message, threshold}, {131, "prelu_param", Message, prelu},
    {133, "reshape_param", Message, reshape}, {134, "log_param", Message, base},
    {135, "flatten_param", Message, flatten}, {136, "reduction_param", Message, reduction},
    {137, "embed_param", Message, embed}, {138, "tile_param", Message, tile},
    {139, "batch_norm_param", Message, batchNorm}, {140, "elu_param", Message, elu}, {141, "bias_param", Message, bias},
    {142, "scale_param", Message, scale}, {143, "input_param", Message, input}, {144, "crop_param", Message, crop},
    {145, "parameter_param", Message, parameter}, {147, "swish_param", Message, swish},
    {148, "clip_param", Message, clip},
    // Of SSD and ShuffleNet, which are no part of Caffe itself.
    {149, "norm_param", Message, normalize}, {164, "shuffle_channel_param", Message, shuffle},
    {202, "permute_param", Message, permute}, {206, "norm_param", Message, normalize})

CAFFE_MESSAGE(oldLayerFields, {1, "layer", Message, [] { return MessageFields(); }}, {2, "bottom", Text},
    {3, "top", Text}, {4, "name", Text}, {5, "type", Integer}, {6, "blobs", Weights}, {7, "blobs_lr", Ignored},
    {8, "weight_decay", Ignored}, {9, "concat_param", Message, concat}, {10, "convolution_param", Message, convolution},
    {11, "data_param", Message, data}, {12, "dropout_param", Ignored}, {15, "image_data_param", Message, data},
    {17, "inner_product_param", Message, innerProduct}, {18, "lrn_param", Message, lrn},
    {19, "pooling_param", Message, pooling}, {21, "power_param", Message, power},
    {22, "memory_data_param", Message, memoryData}, {23, "argmax_param", Message, argmax},
    {24, "eltwise_param", Message, eltwise}, {25, "threshold_param", Message, threshold},
    {27, "accuracy_param", Ignored}, {30, "relu_param", Message, relu}, {31, "slice_param", Message, slice},
    {32, "include", Message, stateRule}, {33, "exclude", Message, stateRule}, {34, "mvn_param", Message, mvn},
    {35, "loss_weight", Ignored}, {36, "transform_param", Message, transformation}, {37, "tanh_param", Ignored},
    {38, "sigmoid_param", Ignored}, {39, "softmax_param", Message, softmax}, {41, "exp_param", Message, base},
    {42, "loss_param", Ignored}, {1001, "param", Text}, {1002, "blob_share_mode", Ignored})

std::optional<std::string> typeOfOldLayer(std::string_view type)
{
    const auto found = std::ranges::find_if(
        oldTypes, [&](const OldType& old) { return old.word == type || std::to_string(old.number) == type; });
    return found == std::ranges::end(oldTypes) ? std::nullopt : std::optional<std::string>(found->name);
}

std::vector<ProtobufEntry> entriesOf(
    std::string_view message, MessageFields fields, MemoryBudget& budget, const Take& take)
{
    std::vector<ProtobufEntry> entries;
    EntryReader reader(entries, budget);
    eachField(message, [&](const ProtobufField& field) {
        const auto row = std::ranges::find(fields, field.number(), &MessageField::number);
        if (row == fields.end())
            return reader.addUnknown(field.number());
        if (!take || !take(*row, field))
            reader.add(*row, field);
    });
    return entries;
}

} // namespace formulens::caffe
