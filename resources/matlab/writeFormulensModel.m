% SPDX-License-Identifier: GPL-3.0-or-later
function writeFormulensModel(net, file)
%WRITEFORMULENSMODEL Writes a feedforward network object (fitnet, patternnet, feedforwardnet) as JSON for Formulens.
%   writeFormulensModel(net, 'model.json'). What is done to inputs and outputs becomes part of the network: mapminmax,
%   mapstd, processpca and removeconstantrows.
chain = zeros(net.numLayers);
chain(2:net.numLayers + 1:end) = 1;
if numel(net.inputs) ~= 1 || any(any(net.layerConnect ~= chain)) || ~net.inputConnect(1) ...
        || any(net.inputConnect(2:end)) || any(net.outputConnect(1:end - 1)) || net.numInputDelays + net.numLayerDelays > 0
    error('Formulens:shape', 'Expected a network of layers in a row, with one input, one output and no delays.');
end
input = net.inputs{1};
output = net.outputs{net.numLayers};
layers = {};
for i = 1:numel(input.processFcns)
    layers = [layers, processing(input.processFcns{i}, input.processSettings{i}, false)]; %#ok<AGROW>
end
for i = 1:net.numLayers
    if i == 1
        weights = net.IW{1, 1};
        weightFcn = net.inputWeights{1, 1}.weightFcn;
    else
        weights = net.LW{i, i - 1};
        weightFcn = net.layerWeights{i, i - 1}.weightFcn;
    end
    if ~strcmp(weightFcn, 'dotprod') || ~strcmp(net.layers{i}.netInputFcn, 'netsum')
        error('Formulens:layer', 'Layer %d computes with %s and %s, expected dotprod and netsum.', i, weightFcn, ...
            net.layers{i}.netInputFcn);
    end
    if net.biasConnect(i), bias = net.b{i}; else, bias = zeros(size(weights, 1), 1); end
    layers{end + 1} = dense(weights, bias, net.layers{i}.transferFcn); %#ok<AGROW>
end
for i = numel(output.processFcns):-1:1
    layers = [layers, processing(output.processFcns{i}, output.processSettings{i}, true)]; %#ok<AGROW>
end
handle = fopen(file, 'w', 'n', 'UTF-8');
fprintf(handle, '{"format": "formulens-model", "version": 1, "producer": "MATLAB %s",\n', version('-release'));
fprintf(handle, ' "input": {"shape": [%d]%s},\n', input.size, elements(input.range));
fprintf(handle, ' "layers": [\n  %s\n ]}\n', strjoin(layers, [',' newline '  ']));
fclose(handle);
end

function lines = processing(name, settings, isOutput)
% What is done before the first layer, or undone behind the last one.
if isfield(settings, 'no_change') && settings.no_change
    lines = {};
    return
end
switch name
    case 'mapminmax'
        lines = scaling(settings.xoffset, settings.gain, settings.ymin, isOutput);
    case 'mapstd'
        [offset, gain] = standardisation(settings);
        lines = scaling(offset, gain, settings.ymean, isOutput);
    case 'processpca'
        if isOutput, matrix = settings.inverseTransform; else, matrix = settings.transform; end
        lines = {dense(matrix, zeros(size(matrix, 1), 1), 'purelin')};
    case 'removeconstantrows'
        lines = {selection(settings, isOutput)};
    otherwise
        error('Formulens:processing', ...
            '%s is not written; expected mapminmax, mapstd, processpca or removeconstantrows.', name);
end
end

function lines = scaling(offset, gain, start, isOutput)
% y = (x - offset) .* gain + start, or the other way round for outputs.
every = ones(size(offset));
if isOutput
    lines = {rescale(every, -start .* every), ...
        sprintf('{"type": "standardise", "mean": %s, "deviation": %s}', row(0 * every), row(gain)), ...
        rescale(every, offset)};
else
    lines = {rescale(every, -offset), rescale(gain, start .* every)};
end
end

function [offset, gain] = standardisation(settings)
% Rows that never change stay as they are. Old releases keep neither gain nor offset.
if isfield(settings, 'xoffset')
    offset = settings.xoffset;
    gain = settings.gain;
    return
end
offset = settings.xmean;
gain = settings.ystd ./ settings.xstd;
fixed = ~isfinite(settings.xmean) | ~isfinite(settings.xstd) | settings.xstd == 0;
gain(fixed) = 1;
offset(fixed) = settings.ymean;
end

function line = selection(settings, isOutput)
% The rows that were kept; behind the network the constant ones stand in their places again.
every = eye(settings.xrows);
if ~isOutput
    line = dense(every(settings.keep, :), zeros(numel(settings.keep), 1), 'purelin');
    return
end
bias = zeros(settings.xrows, 1);
if isfield(settings, 'constants'), bias(settings.remove) = settings.constants;
else, bias(settings.remove) = settings.value; end
line = dense(every(:, settings.keep), bias, 'purelin');
end

function line = dense(weights, bias, activation)
rows = arrayfun(@(i) row(weights(i, :)), 1:size(weights, 1), 'UniformOutput', false);
line = sprintf('{"type": "dense", "rows": "outputs", "weights": [%s], "bias": %s, "activation": "%s"}', ...
    strjoin(rows, ', '), row(bias), activation);
end

function line = rescale(factor, offset)
line = sprintf('{"type": "rescale", "scale": %s, "offset": %s}', row(factor), row(offset));
end

function text = elements(range)
% The ranges of the inputs, where all of them are known.
text = '';
if ~isempty(range) && all(isfinite(range(:)))
    ranges = arrayfun(@(i) sprintf('{"range": %s}', row(range(i, :))), 1:size(range, 1), 'UniformOutput', false);
    text = sprintf(', "elements": [%s]', strjoin(ranges, ', '));
end
end

function text = row(values)
text = ['[' strjoin(arrayfun(@(x) sprintf('%.17g', x), values(:)', 'UniformOutput', false), ', ') ']'];
end
